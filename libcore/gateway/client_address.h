// Who the client is: the real-ip step (kong-behaviour.md 1.3, nginx's realip module).
#pragma once

#include <span>

#include "base/ip.h"
#include "gateway/settings.h"
#include "http/message.h"

namespace gw::gateway {

struct ClientAddress {
  IpAddress ip;
  bool trusted_peer = false;  // the socket's peer is in trusted_ips: its X-Forwarded-* count
};

// A header that does not hold an address leaves the socket's peer as it is.
[[nodiscard]] ClientAddress client_address(const IpAddress& peer,
                                           std::span<const http::Field> fields,
                                           const Settings& settings);

}  // namespace gw::gateway
