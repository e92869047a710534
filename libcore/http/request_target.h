// The four forms of a request target (RFC 9112 section 3.2; hardening.md L13, T2 to T6).
#pragma once

#include <expected>
#include <string_view>

#include "http/refusal.h"

namespace gw::http {

struct RequestTarget {
  std::string_view authority;  // of the absolute-form; else empty
  // Path and query, `*`, or CONNECT's authority. Of an absolute-form without path it is empty or
  // begins with '?'.
  std::string_view rest;
};

// `target` as it stands in the request line. The views point into it.
[[nodiscard]] std::expected<RequestTarget, Refusal> read_target(std::string_view method,
                                                                std::string_view target);

}  // namespace gw::http
