// What the text of a field has to look like, in Kong's words when it does not.
//
// Sources: kong-behaviour.md 5.2, 5.3, 7.3, 7.4 and the recorded answers of 2.0.5, 2.8.3, 3.9.1.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "config/field.h"
#include "model/level.h"

namespace gw::config {

// Kong's complaint about `text`, or nullopt when it is fine.
[[nodiscard]] std::optional<std::string> check_format(Format format, std::string_view text,
                                                      const model::Level& level);
// What a format asks for, as diagnostics say it: "a host name or IP address, without port".
[[nodiscard]] std::string_view describe(Format format);

struct HostPort {
  std::string host;  // without brackets
  std::optional<std::uint16_t> port;
  bool is_ip = false;
};
// "host", "host:port", "1.2.3.4", "::1", "[::1]:80"; nullopt for anything else.
[[nodiscard]] std::optional<HostPort> parse_host_port(std::string_view text);

// A '%' that does not begin an escape, with up to two characters after it; "" when there is none.
[[nodiscard]] std::string_view bad_escape(std::string_view path);

}  // namespace gw::config
