// Where a server listens, in Kong's syntax of proxy_listen and admin_listen.
//
// "0.0.0.0:8000 reuseport backlog=16384, [::]:8443 http2 ssl proxy_protocol", or "off" for none.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/ip.h"
#include "base/result.h"

namespace gw::gateway {

// Kong's own default; the kernel caps it at net.core.somaxconn.
inline constexpr int kDefaultBacklog = 16384;

struct Listener {
  IpAddress address = IpAddress::loopback();
  std::uint16_t port = 0;  // 0: the kernel picks a free one
  bool tls = false;
  bool proxy_protocol = false;  // each connection opens with HAProxy's header, version 1 or 2
  bool ipv6_only = true;        // nginx's default: [::] takes no IPv4
  int backlog = kDefaultBacklog;

  friend bool operator==(const Listener&, const Listener&) = default;
};

// "127.0.0.1:8000", "[::1]:8000".
[[nodiscard]] std::string address_text(const IpAddress& address, std::uint16_t port);

// Kong's suffixes that mean nothing here go to `ignored`, one sentence each; others are an Error.
[[nodiscard]] Result<std::vector<Listener>> parse_listeners(std::string_view value,
                                                            std::vector<std::string>& ignored);

}  // namespace gw::gateway
