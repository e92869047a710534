#include "gateway/client_address.h"

#include <algorithm>
#include <optional>
#include <ranges>

#include "base/text.h"

namespace gw::gateway {
namespace {

bool is_trusted(const IpAddress& ip, const Settings& settings) {
  return std::ranges::any_of(settings.trusted_ips,
                             [&](const IpNetwork& network) { return network.contains(ip); });
}

// "192.0.2.1", "192.0.2.1:80", "[2001:db8::1]:80".
std::optional<IpAddress> address_of(std::string_view text) {
  if (text.starts_with('[')) return IpAddress::parse(text.substr(1, text.find(']') - 1));
  if (std::ranges::count(text, ':') == 1) text = text.substr(0, text.find(':'));
  return IpAddress::parse(text);
}

}  // namespace

ClientAddress client_address(const IpAddress& peer, std::span<const http::Field> fields,
                             const Settings& settings) {
  ClientAddress client{peer, is_trusted(peer, settings)};
  if (!client.trusted_peer) return client;
  // From the right: the nearest proxy wrote the last entry. Recursive goes on while proxies of
  // ours speak.
  for (const http::Field& field : std::views::reverse(fields)) {
    if (!iequals(field.name, settings.real_ip_header)) continue;
    const auto entries = split_list(field.value);
    for (const std::string_view entry : std::views::reverse(entries)) {
      const auto ip = address_of(entry);
      if (!ip) return client;
      client.ip = *ip;
      if (!settings.real_ip_recursive || !is_trusted(*ip, settings)) return client;
    }
  }
  return client;
}

}  // namespace gw::gateway
