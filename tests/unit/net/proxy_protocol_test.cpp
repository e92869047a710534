#include "net/proxy_protocol.h"

#include <string>
#include <string_view>

#include <doctest/doctest.h>

using namespace gw;
using namespace gw::net;

namespace {

constexpr std::string_view kSignature{"\r\n\r\n\0\r\nQUIT\n", 12};

ProxyEnd end(const char* ip, std::uint16_t port) {
  return {*IpAddress::parse(ip), port};
}

std::string v2(unsigned char command, unsigned char family, std::string_view block) {
  std::string out(kSignature);
  out += static_cast<char>(command);
  out += static_cast<char>(family);
  out += static_cast<char>(block.size() >> 8U);
  out += static_cast<char>(block.size() & 0xFFU);
  return out.append(block);
}

const std::string kV4Block("\xC0\x00\x02\x01\xC0\x00\x02\x02\xDC\x04\x01\xBB", 12);

}  // namespace

TEST_CASE("a PROXY header tells source and destination, however the network cuts it") {
  const std::string v6_block = std::string("\x20\x01\x0d\xb8", 4) + std::string(11, '\0') + "\x01" +
                               std::string(10, '\0') + std::string("\xFF\xFF\xC0\x00\x02\x07", 6) +
                               std::string("\x00\x01\x00\x02", 4);
  const std::string tlv("\x04\x00\x02xx", 5);
  struct Row {
    const char* why;
    std::string bytes;
    std::optional<ProxyEnd> source;
    std::optional<ProxyEnd> destination;
  };
  for (const Row& row : {
           Row{"v1, IPv4", "PROXY TCP4 192.0.2.1 192.0.2.2 56324 443\r\n", end("192.0.2.1", 56324),
               end("192.0.2.2", 443)},
           Row{"v1, IPv6", "PROXY TCP6 2001:db8::1 2001:db8::2 0 65535\r\n", end("2001:db8::1", 0),
               end("2001:db8::2", 65535)},
           Row{"v1, IPv4 in IPv6", "PROXY TCP6 ::ffff:192.0.2.1 2001:db8::2 1 2\r\n",
               end("192.0.2.1", 1), end("2001:db8::2", 2)},
           Row{"v1, unknown", "PROXY UNKNOWN\r\n", {}, {}},
           Row{"v1, unknown with more", "PROXY UNKNOWN ffff:: what ever 1\r\n", {}, {}},
           Row{"v2, IPv4", v2(0x21, 0x11, kV4Block), end("192.0.2.1", 56324),
               end("192.0.2.2", 443)},
           Row{"v2, IPv6", v2(0x21, 0x21, v6_block), end("2001:db8::1", 1), end("192.0.2.7", 2)},
           Row{"v2 with a TLV", v2(0x21, 0x11, kV4Block + tlv), end("192.0.2.1", 56324),
               end("192.0.2.2", 443)},
           Row{"v2, local", v2(0x20, 0x00, ""), {}, {}},
           Row{"v2, local, with a family that does not count", v2(0x20, 0x99, "abc"), {}, {}},
           Row{"v2, unspecified", v2(0x21, 0x00, "anything"), {}, {}},
           Row{"v2, UNIX", v2(0x21, 0x31, std::string(216, '\0')), {}, {}},
           Row{"v2, as long as may be", v2(0x21, 0x00, std::string(520, 'x')), {}, {}},
       }) {
    CAPTURE(row.why);
    for (std::size_t cut = 0; cut < row.bytes.size(); ++cut) {
      CAPTURE(cut);
      const auto part = parse_proxy_header(std::string_view(row.bytes).substr(0, cut));
      REQUIRE(part);
      CHECK_FALSE(part->has_value());
    }
    for (const char* rest : {"", "GET / HTTP/1.1\r\n", "\r\n"}) {
      const auto whole = parse_proxy_header(row.bytes + rest);
      REQUIRE(whole);
      REQUIRE(whole->has_value());
      CHECK((*whole)->size == row.bytes.size());
      CHECK((*whole)->source == row.source);
      CHECK((*whole)->destination == row.destination);
    }
  }
}

TEST_CASE("what the text of the PROXY protocol does not allow is refused") {
  for (const std::string& bytes : {
           std::string("GET / HTTP/1.1\r\n"),
           std::string("X"),
           std::string("proxy TCP4 "),
           std::string("PROXY\tTCP4"),
           std::string("PROXY  TCP4 192.0.2.1 192.0.2.2 1 2\r\n"),
           std::string("PROXY TCP4 192.0.2.1 192.0.2.2 1 2\n"),
           std::string("PROXY TCP4 192.0.2.1 192.0.2.2 1 2\rX"),
           std::string("PROXY TCP4 192.0.2.1 192.0.2.2 1\r\n"),
           std::string("PROXY TCP4 192.0.2.1 192.0.2.2 1 2 3\r\n"),
           std::string("PROXY TCP4 192.0.2.1 192.0.2.2 1 2 \r\n"),
           std::string("PROXY TCP4 192.0.2.1 192.0.2.2 01 2\r\n"),
           std::string("PROXY TCP4 192.0.2.1 192.0.2.2 +1 2\r\n"),
           std::string("PROXY TCP4 192.0.2.1 192.0.2.2 1 65536\r\n"),
           std::string("PROXY TCP4 192.0.2.1 192.0.2.2 1 \r\n"),
           std::string("PROXY TCP4 192.0.2.256 192.0.2.2 1 2\r\n"),
           std::string("PROXY TCP4 192.0.2.1 ::1 1 2\r\n"),
           std::string("PROXY TCP6 192.0.2.1 192.0.2.2 1 2\r\n"),
           std::string("PROXY TCP6 fe80::1%lo ::1 1 2\r\n"),
           std::string("PROXY UDP4 192.0.2.1 192.0.2.2 1 2\r\n"),
           std::string("PROXY \r\n"),
           std::string("PROXY UNKNOWN \0\r\n", 17),
           "PROXY UNKNOWN " + std::string(92, 'x') + "\r\n",
           "PROXY UNKNOWN " + std::string(200, 'x'),
           std::string("\r\n\r\n\0\r\nQUIX\n", 12),
           std::string("\r\n\r\nGET"),
           v2(0x11, 0x11, kV4Block),
           v2(0x22, 0x11, kV4Block),
           v2(0x21, 0x12, kV4Block),
           v2(0x21, 0x41, kV4Block),
           v2(0x21, 0x11, kV4Block.substr(1)),
           v2(0x21, 0x21, kV4Block),
           v2(0x21, 0x11, kV4Block + "\x04"),
           v2(0x21, 0x11, kV4Block + std::string("\x04\x00\x03xx", 5)),
           v2(0x21, 0x00, std::string(521, 'x')),
       }) {
    CAPTURE(bytes);
    const auto parsed = parse_proxy_header(bytes);
    REQUIRE_FALSE(parsed);
    CHECK(parsed.error().message.starts_with("PROXY protocol: "));
  }
}

TEST_CASE("the longest line of version 1 has 107 bytes") {
  const std::string longest = "PROXY UNKNOWN " + std::string(91, 'x') + "\r\n";
  REQUIRE(longest.size() == kMaxProxyV1Bytes);
  const auto parsed = parse_proxy_header(longest);
  REQUIRE(parsed);
  CHECK(parsed->has_value());
}
