// Request targets and their paths: splitting, Kong's normal form, escaping.
//
// Normal form (kong-behaviour.md 5.1): percent-escapes of unreserved characters decoded, hex digits
// of the rest in upper case, dot segments removed (RFC 3986 section 5.2.4), slashes merged.
#pragma once

#include <string>
#include <string_view>

#include "base/arena.h"

namespace gw::http {

struct TargetView {
  std::string_view path;
  std::string_view query;  // without the '?'
  bool has_query = false;  // "/a?" has an empty one
};

[[nodiscard]] TargetView split_target(std::string_view target);

// The normal form. Idempotent; the result never has more characters than the input.
[[nodiscard]] std::string normalize_path(std::string_view path);
// As above; returns `path` itself when it is normal already, else text in `arena`.
[[nodiscard]] std::string_view normalize_path(std::string_view path, Arena& arena);

// Characters outside Kong's safe set as %XX in upper case; what is escaped already stays.
[[nodiscard]] std::string_view escape_path(std::string_view path, Arena& arena);

// Whether the path would put a NUL, raw or as %00, into the gateway's view of it.
[[nodiscard]] bool has_nul(std::string_view path);

}  // namespace gw::http
