#include "net/proxy_protocol.h"

#include <algorithm>
#include <array>
#include <string>
#include <vector>

#include "base/text.h"

namespace gw::net {
namespace {

using Parsed = Result<std::optional<ProxyHeader>>;

constexpr std::string_view kV1 = "PROXY ";
constexpr std::string_view kV2{"\r\n\r\n\0\r\nQUIT\n", 12};
constexpr std::size_t kV2Fixed = 16;  // signature, version and command, family, length

std::unexpected<Error> refuse(std::string why) {
  return fail(ErrorCode::invalid, "PROXY protocol: " + std::move(why));
}

// Dual-stack balancers write ::ffff:192.0.2.1; networks and limits are about 192.0.2.1.
IpAddress normal(IpAddress ip) {
  constexpr std::array<std::uint8_t, 12> kMapped{0, 0, 0, 0, 0, 0, 0, 0, 0, 0, 0xFF, 0xFF};
  if (std::equal(kMapped.begin(), kMapped.end(), ip.bytes.begin())) ip.v4 = true;
  return ip;
}

// ---- version 1: "PROXY TCP4 192.0.2.1 192.0.2.2 56324 443\r\n" ----

std::optional<std::uint16_t> parse_port(std::string_view text) {
  const auto number = text.size() > 1 && text[0] == '0' ? std::nullopt : parse_uint(text);
  if (!number || *number > 65535) return std::nullopt;
  return static_cast<std::uint16_t>(*number);
}

std::optional<ProxyEnd> parse_end(std::string_view address, std::string_view port, bool v4) {
  const auto ip = IpAddress::parse(address);
  const auto number = parse_port(port);
  if (!ip || ip->v4 != v4 || !number) return std::nullopt;
  return ProxyEnd{normal(*ip), *number};
}

Parsed parse_line(std::string_view line, std::size_t size) {
  const auto words = split(line, ' ');
  if (words[1] == "UNKNOWN") return ProxyHeader{.size = size, .source = {}, .destination = {}};
  const bool v4 = words[1] == "TCP4";
  if (!v4 && words[1] != "TCP6") return refuse("the family is not TCP4, TCP6 or UNKNOWN");
  if (words.size() != 6) return refuse("a line has two addresses and two ports, one space apart");
  const auto source = parse_end(words[2], words[4], v4);
  const auto destination = parse_end(words[3], words[5], v4);
  if (!source) return refuse("the source is no address and port of the family");
  if (!destination) return refuse("the destination is no address and port of the family");
  return ProxyHeader{.size = size, .source = source, .destination = destination};
}

Parsed parse_v1(std::string_view bytes) {
  const std::string_view seen = bytes.substr(0, kMaxProxyV1Bytes);
  const auto end = std::ranges::find_if(seen, [](char c) { return c < ' ' || c > '~'; });
  const auto at = static_cast<std::size_t>(end - seen.begin());
  if (at == kMaxProxyV1Bytes) return refuse("the line is longer than 107 bytes");
  if (at == seen.size()) return std::nullopt;
  if (seen[at] != '\r') return refuse("the line holds a byte that is not printable ASCII");
  if (at + 1 == kMaxProxyV1Bytes) return refuse("the line is longer than 107 bytes");
  if (at + 1 == seen.size()) return std::nullopt;
  if (seen[at + 1] != '\n') return refuse("a CR without LF");
  return parse_line(seen.substr(0, at), at + 2);
}

// ---- version 2: binary ----

std::uint8_t octet(std::string_view bytes, std::size_t at) {
  return static_cast<std::uint8_t>(bytes[at]);
}

std::uint16_t big_endian(std::string_view bytes, std::size_t at) {
  return static_cast<std::uint16_t>(octet(bytes, at) << 8U | octet(bytes, at + 1));
}

struct Family {
  std::uint8_t code;          // address family and transport (section 2.2)
  std::size_t address_bytes;  // of each end, without port
  std::size_t block_bytes;    // both ends with their ports
};
constexpr std::array kFamilies{
    Family{0x00, 0, 0},    // UNSPEC: the receiver ignores what follows
    Family{0x11, 4, 12},   // TCP over IPv4
    Family{0x21, 16, 36},  // TCP over IPv6
    Family{0x31, 0, 216},  // a UNIX stream
};

IpAddress read_ip(std::string_view bytes) {
  if (bytes.size() == 16) {
    IpAddress ip;
    std::ranges::copy(bytes, ip.bytes.begin());
    return normal(ip);
  }
  IpAddress ip{.bytes = {}, .v4 = true};
  ip.bytes[10] = ip.bytes[11] = 0xFF;
  std::ranges::copy(bytes, ip.bytes.begin() + 12);
  return ip;
}

// Section 2.2.1: type, length, value, up to the header's end.
bool are_whole_tlvs(std::string_view rest) {
  constexpr std::size_t kHead = 3;
  while (!rest.empty()) {
    if (rest.size() < kHead) return false;
    const std::size_t size = kHead + big_endian(rest, 1);
    if (rest.size() < size) return false;
    rest.remove_prefix(size);
  }
  return true;
}

Parsed read_ends(const Family& family, std::string_view block, std::size_t size) {
  ProxyHeader header{.size = size, .source = {}, .destination = {}};
  if (family.code == 0x00) return header;
  if (block.size() < family.block_bytes) return refuse("shorter than its addresses");
  if (!are_whole_tlvs(block.substr(family.block_bytes))) {
    return refuse("a TLV reaches beyond the header");
  }
  const std::size_t n = family.address_bytes;
  if (n == 0) return header;
  header.source = ProxyEnd{read_ip(block.substr(0, n)), big_endian(block, 2 * n)};
  header.destination = ProxyEnd{read_ip(block.substr(n, n)), big_endian(block, 2 * n + 2)};
  return header;
}

Parsed parse_v2(std::string_view bytes) {
  constexpr std::uint8_t kLocal = 0x20;
  constexpr std::uint8_t kProxy = 0x21;
  if (bytes.size() > 12 && octet(bytes, 12) != kLocal && octet(bytes, 12) != kProxy) {
    return refuse("neither version 2's LOCAL nor its PROXY command");
  }
  if (bytes.size() < kV2Fixed) return std::nullopt;
  const std::size_t size = kV2Fixed + big_endian(bytes, 14);
  if (size > kMaxProxyV2Bytes) return refuse("longer than 536 bytes");
  const auto* family = std::ranges::find(kFamilies, octet(bytes, 13), &Family::code);
  const bool local = octet(bytes, 12) == kLocal;  // its family does not matter
  if (!local && family == kFamilies.end()) return refuse("a family that no TCP listener has");
  if (bytes.size() < size) return std::nullopt;
  if (local) return ProxyHeader{.size = size, .source = {}, .destination = {}};
  return read_ends(*family, bytes.substr(kV2Fixed, size - kV2Fixed), size);
}

bool may_begin(std::string_view bytes, std::string_view signature) {
  return bytes.substr(0, signature.size()) == signature.substr(0, bytes.size());
}

}  // namespace

Parsed parse_proxy_header(std::string_view bytes) {
  if (may_begin(bytes, kV2)) {
    if (bytes.size() < kV2.size()) return std::nullopt;
    return parse_v2(bytes);
  }
  if (!may_begin(bytes, kV1)) return refuse("the connection does not begin with a PROXY header");
  if (bytes.size() < kV1.size()) return std::nullopt;
  return parse_v1(bytes);
}

}  // namespace gw::net
