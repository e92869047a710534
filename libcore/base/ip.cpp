#include "base/ip.h"

#include <algorithm>
#include <arpa/inet.h>
#include <charconv>

#include "base/text.h"

namespace gw {

std::optional<IpAddress> IpAddress::parse(std::string_view text) {
  constexpr std::size_t kLongest = INET6_ADDRSTRLEN;
  if (text.empty() || text.size() >= kLongest) return std::nullopt;
  const std::string terminated(text);
  IpAddress ip;
  in_addr v4{};
  if (inet_pton(AF_INET, terminated.c_str(), &v4) == 1) {
    ip.v4 = true;
    ip.bytes[10] = ip.bytes[11] = 0xFF;
    const auto* octets = reinterpret_cast<const std::uint8_t*>(&v4);
    std::copy_n(octets, 4, ip.bytes.begin() + 12);
    return ip;
  }
  if (inet_pton(AF_INET6, terminated.c_str(), ip.bytes.data()) == 1) return ip;
  return std::nullopt;
}

IpAddress IpAddress::loopback() {
  return *parse("127.0.0.1");
}

std::string IpAddress::str() const {
  std::array<char, kTextSize> out{};
  return std::string(write(out));
}

std::string_view IpAddress::write(std::span<char, kTextSize> out) const {
  static_assert(kTextSize == INET6_ADDRSTRLEN);
  if (!v4) {
    inet_ntop(AF_INET6, bytes.data(), out.data(), kTextSize);
    return out.data();
  }
  // By hand: inet_ntop goes through snprintf, and this runs once a request.
  char* at = out.data();
  for (std::size_t i = 12; i < 16; ++i) {
    if (i > 12) *at++ = '.';
    at = std::to_chars(at, out.data() + out.size(), bytes[i]).ptr;
  }
  return {out.data(), at};
}

std::optional<IpNetwork> IpNetwork::parse(std::string_view text) {
  const auto slash = text.find('/');
  const auto address = IpAddress::parse(text.substr(0, slash));
  if (!address) return std::nullopt;
  IpNetwork network{*address, 128};
  if (slash == std::string_view::npos) return network;
  const auto bits = parse_uint(text.substr(slash + 1));
  if (!bits || *bits > (address->v4 ? 32U : 128U)) return std::nullopt;
  network.prefix_bits = static_cast<unsigned>(*bits) + (address->v4 ? 96U : 0U);
  return network;
}

bool IpNetwork::contains(const IpAddress& ip) const {
  if (ip.v4 != address.v4) return false;
  const std::size_t whole = prefix_bits / 8;
  if (!std::equal(ip.bytes.begin(), ip.bytes.begin() + static_cast<std::ptrdiff_t>(whole),
                  address.bytes.begin())) {
    return false;
  }
  const unsigned rest = prefix_bits % 8;
  if (rest == 0) return true;
  const auto mask = static_cast<std::uint8_t>(0xFFU << (8 - rest));
  return ((ip.bytes[whole] ^ address.bytes[whole]) & mask) == 0;
}

}  // namespace gw
