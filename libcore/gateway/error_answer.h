// Bodies of the gateway's own error answers (kong-behaviour.md 6.6).
#pragma once

#include <cstdint>
#include <optional>
#include <string_view>

#include "base/arena.h"
#include "gateway/settings.h"
#include "gateway/traits.h"

namespace gw::gateway {

// Which part of Kong speaks; the level decides how.
enum class ErrorSource : std::uint8_t {
  plugin,  // 401, 429
  core,    // router, balancer before proxying, a crashed plugin
  server,  // nginx itself: 400, 405, 502, 504
};

struct ErrorRequest {
  ErrorSource source = ErrorSource::core;
  std::uint16_t status = 500;
  std::string_view message;
  std::optional<std::string_view> accept;        // of the request
  std::optional<std::string_view> content_type;  // of the request
  std::string_view request_id;                   // empty below 3.5
};

struct ErrorBody {
  std::string_view content_type;
  std::string_view body;
};

[[nodiscard]] ErrorBody error_body(const ErrorRequest& error, const Traits& traits,
                                   const Settings& settings, Arena& arena);

// nginx's own page for a status, as it sends it where Kong does not step in.
[[nodiscard]] std::string_view server_page(std::uint16_t status, Arena& arena);

}  // namespace gw::gateway
