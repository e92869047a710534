// Finding and removing an API key in a request body (kong-behaviour.md 3.2).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "base/arena.h"
#include "http/arguments.h"

namespace gw::gateway {

enum class BodyType : std::uint8_t { form, json, multipart, other };
[[nodiscard]] BodyType body_type(std::string_view content_type);

// `readable` is false for a body that is not what its type says (or of another type).
struct BodyKey {
  bool readable = true;
  http::Argument argument;
};
[[nodiscard]] BodyKey find_body_key(std::string_view content_type, std::string_view body,
                                    std::string_view name, Arena& arena);

// The body without the member or field; nullopt when it cannot be read.
[[nodiscard]] std::optional<std::string> without_body_key(std::string_view content_type,
                                                          std::string_view body,
                                                          std::string_view name, Arena& arena);

}  // namespace gw::gateway
