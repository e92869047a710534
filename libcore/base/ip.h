// IP addresses and networks as values.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>

namespace gw {

// An IPv4 or IPv6 address; IPv4 is kept as ::ffff:a.b.c.d so that one comparison serves both.
struct IpAddress {
  std::array<std::uint8_t, 16> bytes{};
  bool v4 = false;

  [[nodiscard]] static std::optional<IpAddress> parse(std::string_view text);
  [[nodiscard]] static IpAddress loopback();
  [[nodiscard]] std::string str() const;  // 192.0.2.1, 2001:db8::1 (RFC 5952)
  // As str(), into `out`; allocates nothing.
  static constexpr std::size_t kTextSize = 46;
  [[nodiscard]] std::string_view write(std::span<char, kTextSize> out) const;

  friend bool operator==(const IpAddress&, const IpAddress&) = default;
};

// A network such as 10.0.0.0/8; a bare address is a network of one.
struct IpNetwork {
  IpAddress address;
  unsigned prefix_bits = 128;  // of the 128-bit form

  [[nodiscard]] static std::optional<IpNetwork> parse(std::string_view text);
  [[nodiscard]] bool contains(const IpAddress& ip) const;
};

}  // namespace gw
