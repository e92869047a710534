#include "http/host.h"

#include <string_view>

#include <doctest/doctest.h>

#include "http/characters.h"
#include "http/scan.h"

namespace gw::http {

TEST_CASE("a host with an optional port is told from everything else") {
  for (const std::string_view good :
       {"a", "example.com", "example.com.", "a_b.c-d~e", "a%2Eb", "a!$&'()*+;=b", "1.2.3.4", "a:80",
        "a:", "a:0", "a:65535", "a:00080", "[::1]", "[2001:DB8::1]:443", "[::ffff:1.2.3.4]"}) {
    CAPTURE(good);
    CHECK(is_authority(good));
  }
  for (const std::string_view bad : {"",          "a,b",
                                     ":",         ":80",
                                     "a:65536",   "a:99999999999999999999",
                                     "a:8 0",     "a:+80",
                                     "a:-1",      "a:80:80",
                                     "a:0x50",    "a/b",
                                     "a?b",       "a#b",
                                     "u@a",       "u:p@a",
                                     "a b",       "a\\b",
                                     "a\"b",      "a<b",
                                     "[::1",      "::1",
                                     "[1.2.3.4]", "[a]",
                                     "[]",        "[::1]x",
                                     "[::1]]",    "[fe80::1%eth0]",
                                     "[v1.a]",    "a%",
                                     "a%2",       "a%zz",
                                     "a\x80",     "a\tb",
                                     "a[::1]"}) {
    CAPTURE(bad);
    CHECK_FALSE(is_authority(bad));
  }
}

TEST_CASE("a port that is required is there and is not 0") {
  CHECK(is_authority("a:443", PortRule::required));
  CHECK(is_authority("[::1]:1", PortRule::required));
  for (const std::string_view bad : {"a", "a:", "a:0", "a:00", "[::1]", ":443"}) {
    CAPTURE(bad);
    CHECK_FALSE(is_authority(bad, PortRule::required));
  }
}

TEST_CASE("a control, or the end of a token, is found at whatever place of a block it stands") {
  for (std::size_t size = 0; size < 40; ++size) {
    for (std::size_t at = 0; at < size; ++at) {
      for (int octet = 0; octet < 256; ++octet) {
        std::string text(size, '\x80');
        text[at] = static_cast<char>(octet);
        if (at > 0) text[at - 1] = '\t';
        const bool control = (octet < 0x20 && octet != '\t') || octet == 0x7F;
        if (find_control(text, 0, size) != (control ? at : size)) {
          FAIL("control ", octet, " at ", at, " of ", size);
        }
        text.assign(size, 'x');
        text[at] = static_cast<char>(octet);
        const bool token = is_in(Octets::token, static_cast<char>(octet));
        if (token_size(text, 0) != (token ? size : at)) {
          FAIL("octet ", octet, " at ", at, " of ", size);
        }
      }
    }
  }
}

}  // namespace gw::http
