#include "http/host.h"

#include <algorithm>

#include "base/ip.h"
#include "base/text.h"
#include "http/characters.h"

namespace gw::http {
namespace {

constexpr std::uint64_t kLastPort = 65535;

bool is_ipv6(std::string_view text) {
  const auto plain = [](char c) { return hex_value(c) >= 0 || c == ':' || c == '.'; };
  return text.find(':') != std::string_view::npos && std::ranges::all_of(text, plain) &&
         IpAddress::parse(text).has_value();
}

// Length of the IP-literal that `text` begins with, or 0.
std::size_t literal_size(std::string_view text) {
  const auto close = text.find(']');
  if (close == std::string_view::npos || !is_ipv6(text.substr(1, close - 1))) return 0;
  return close + 1;
}

// Length of the reg-name that `text` begins with.
std::size_t name_size(std::string_view text) {
  std::size_t n = 0;
  for (;;) {
    n += run_of(Octets::reg_name, text.substr(n));
    const bool escape = text.size() - n >= 3 && text[n] == '%' && hex_value(text[n + 1]) >= 0 &&
                        hex_value(text[n + 2]) >= 0;
    if (!escape) return n;
    n += 3;
  }
}

bool is_port(std::string_view text, PortRule rule) {
  // RFC 3986 section 3.2.3 lets the digits behind the colon be none.
  if (text.empty()) return rule == PortRule::optional;
  const auto port = parse_uint(text);
  return port && *port <= kLastPort && (*port != 0 || rule == PortRule::optional);
}

}  // namespace

bool is_authority(std::string_view text, PortRule port) {
  const std::size_t host = text.starts_with('[') ? literal_size(text) : name_size(text);
  if (host == 0) return false;
  if (host == text.size()) return port == PortRule::optional;
  return text[host] == ':' && is_port(text.substr(host + 1), port);
}

}  // namespace gw::http
