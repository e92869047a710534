// Hosts with an optional port, as Host and request targets name them (RFC 9110 section 7.2,
// RFC 3986 section 3.2; hardening.md T1 to T6).
#pragma once

#include <cstdint>
#include <string_view>

namespace gw::http {

enum class PortRule : std::uint8_t { optional, required };

// Whether `text` is uri-host [":" port] with a host that is not empty and a port of at most 65535:
// no list, userinfo or path; an IPv6 address in brackets. A required port is not 0 either.
[[nodiscard]] bool is_authority(std::string_view text, PortRule port = PortRule::optional);

}  // namespace gw::http
