// Node settings by Kong's names (kong.conf), as far as they change decisions and answers.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/ip.h"
#include "base/result.h"
#include "model/level.h"

namespace gw::gateway {

enum class RouterFlavor : std::uint8_t { traditional, traditional_compatible };

// Which of the gateway's own response headers are sent (`headers`, `headers_upstream`).
struct HeaderTokens {
  bool server = true;  // Server, Via
  bool via = true;
  bool proxy_latency = true;
  bool response_latency = true;
  bool upstream_latency = true;
  bool upstream_status = false;
  bool request_id = true;
  bool request_id_upstream = true;
};

struct Settings {
  std::vector<IpNetwork> trusted_ips;
  std::string real_ip_header = "X-Real-IP";
  bool real_ip_recursive = false;
  std::optional<RouterFlavor> router_flavor;  // by default that of the level
  HeaderTokens headers;
  bool allow_debug_header = false;
  std::string error_default_type = "text/plain";
  std::string version_string;                        // empty: "kong/" and the level's last patch
  std::map<std::uint16_t, std::uint16_t> port_maps;  // listener port -> port that clients see
};

// One setting as kong.conf, KONG_*, --set or a scenario's `gateway` gives it.
// An unknown name, or a value of the wrong form, is an Error that says what is expected.
[[nodiscard]] Result<void> apply_setting(Settings& settings, std::string_view name,
                                         std::string_view value);
// Names that Kong has and that change no decision, those of a server (settings_server.h) among
// them; a warning, not an error.
[[nodiscard]] bool is_setting_without_effect(std::string_view name);
// The names that apply_setting knows, for suggestions and completion.
[[nodiscard]] std::vector<std::string_view> setting_names();

}  // namespace gw::gateway
