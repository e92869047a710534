// The PROXY protocol, versions 1 and 2: who the client is, told by the balancer in front.
//
// Source: HAProxy's proxy-protocol.txt (2020/03/05). Strict, because whoever may send this header
// may claim any address: what the text does not allow is refused, never skipped over.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/ip.h"
#include "base/result.h"

namespace gw::net {

// Section 2.1: the longest line of version 1 with its CRLF.
inline constexpr std::size_t kMaxProxyV1Bytes = 107;
// Section 2.2: what a receiver must take of version 2; real headers with TLVs stay below.
inline constexpr std::size_t kMaxProxyV2Bytes = 536;

struct ProxyEnd {
  IpAddress ip;  // an IPv4 address in IPv6 form counts as IPv4
  std::uint16_t port = 0;
  friend bool operator==(const ProxyEnd&, const ProxyEnd&) = default;
};

struct ProxyHeader {
  std::size_t size = 0;  // how many bytes it took; the connection proper begins after them
  // Neither for LOCAL, UNKNOWN and families without ports: the socket's own ends hold.
  std::optional<ProxyEnd> source;
  std::optional<ProxyEnd> destination;
  friend bool operator==(const ProxyHeader&, const ProxyHeader&) = default;
};

// Reads the header that `bytes`, all that arrived so far, begins with. Nothing yet: more bytes are
// needed (never beyond the bounds above). An Error: close the connection.
[[nodiscard]] Result<std::optional<ProxyHeader>> parse_proxy_header(std::string_view bytes);

}  // namespace gw::net
