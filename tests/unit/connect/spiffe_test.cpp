#include "connect/spiffe.h"

#include <cstdint>
#include <string>
#include <string_view>

#include <doctest/doctest.h>

using namespace gw;
using namespace gw::connect;

namespace {

constexpr std::string_view kWeb = "spiffe://1111.consul/ns/default/dc/dc1/svc/web";

ServiceId id_of(std::string_view uri) {
  auto id = parse_service_id(uri);
  REQUIRE_MESSAGE(id, std::string(uri));
  return *id;
}

}  // namespace

TEST_CASE("a Connect identity is taken apart and written as it was") {
  const ServiceId id = id_of(kWeb);
  CHECK(id == ServiceId{.trust_domain = "1111.consul",
                        .partition = "",
                        .ns = "default",
                        .datacenter = "dc1",
                        .service = "web"});
  CHECK(id.str() == kWeb);
  constexpr std::string_view kParted = "spiffe://td/ap/eu/ns/n/dc/d/svc/My_Weird.Svc-01";
  CHECK(id_of(kParted).partition == "eu");
  CHECK(id_of(kParted).str() == kParted);
  CHECK(id_of("spiffe://td/ns/n/dc/d/svc/a%20b").service == "a b");
  CHECK(id_of("spiffe://td/ns/n/dc/d/svc/a%20b").str() == "spiffe://td/ns/n/dc/d/svc/a%20b");
  CHECK(id_of("spiffe://td/ns/n/dc/d/svc/%c3%a9").str() == "spiffe://td/ns/n/dc/d/svc/%C3%A9");
  CHECK(id_of("spiffe://td/ns/n/dc/d/svc/100%25").str() == "spiffe://td/ns/n/dc/d/svc/100%25");
}

TEST_CASE("what is not a Connect identity is refused by what is wrong with it") {
  struct Row {
    std::string uri;
    const char* why;
  };
  for (const Row& row : {
           Row{"", "does not begin with spiffe://"},
           Row{"https://td/ns/n/dc/d/svc/s", "does not begin with spiffe://"},
           Row{"SPIFFE://td/ns/n/dc/d/svc/s", "does not begin with spiffe://"},
           Row{"spiffe:/td/ns/n/dc/d/svc/s", "does not begin with spiffe://"},
           Row{"spiffe:///ns/n/dc/d/svc/s", "trust domain is empty"},
           Row{"spiffe://td", "names no service"},
           Row{"spiffe://td/", "parts"},
           Row{"spiffe://td/agent/client/dc/d/id/n", "'agent' stands where 'ns'"},
           Row{"spiffe://td/ns/n/dc/d/svc/s/", "parts"},
           Row{"spiffe://td/ns/n/dc/d/svc/s/../x", "parts"},
           Row{"spiffe://td/ns/n/dc/d/svc", "parts"},
           Row{"spiffe://td//ns/n/dc/d/svc/s", "parts"},
           Row{"spiffe://td/ns//dc/d/svc/s", "empty"},
           Row{"spiffe://td/ns/n/dc/d/svc/", "empty"},
           Row{"spiffe://td/ap/ns/n/dc/d/svc/s", "parts"},
           Row{"spiffe://td/ap//ns/n/dc/d/svc/s", "empty"},
           Row{"spiffe://td/ns/n/ap/p/dc/d/svc/s", "parts"},
           Row{"spiffe://td/NS/n/dc/d/svc/s", "'NS' stands where 'ns'"},
           Row{"spiffe://td/ns/n/dc/d/svc/..", "'.' or '..'"},
           Row{"spiffe://td/ns/n/dc/d/svc/.", "'.' or '..'"},
           Row{"spiffe://td/ns/n/dc/d/svc/%2e%2E", "'.' or '..'"},
           Row{"spiffe://td/ns/n/dc/d/svc/a%2Fb", "hides a slash"},
           Row{"spiffe://td/ns/n/dc/d/svc/a%2fb", "hides a slash"},
           Row{"spiffe://td/ns/n/dc/d/svc/a%00", "control character"},
           Row{"spiffe://td/ns/n/dc/d/svc/a%0A", "control character"},
           Row{"spiffe://td/ns/n/dc/d/svc/a%7f", "control character"},
           Row{"spiffe://td/ns/n/dc/d/svc/a%", "two hex digits"},
           Row{"spiffe://td/ns/n/dc/d/svc/a%2", "two hex digits"},
           Row{"spiffe://td/ns/n/dc/d/svc/a%g0", "two hex digits"},
           Row{"spiffe://td/ns/n/dc/d/svc/%ff", "not UTF-8"},
           Row{"spiffe://td/ns/n/dc/d/svc/a b", "written as %XX"},
           Row{"spiffe://td/ns/n/dc/d/svc/\xc3\xa9", "written as %XX"},
           Row{std::string("spiffe://td/ns/n/dc/d/svc/a\0b", 28), "written as %XX"},
           Row{"spiffe://td/ns/n/dc/d/svc/a\\b", "written as %XX"},
           Row{"spiffe://td/ns/n/dc/d/svc/s?x=1", "query"},
           Row{"spiffe://td/ns/n/dc/d/svc/s#x", "fragment"},
           Row{"spiffe://td:443/ns/n/dc/d/svc/s", "port"},
           Row{"spiffe://me@td/ns/n/dc/d/svc/s", "user"},
           Row{"spiffe://t%64/ns/n/dc/d/svc/s", "characters other than"},
           Row{"spiffe://[::1]/ns/n/dc/d/svc/s", "port"},
           Row{"spiffe://" + std::string(256, 't') + "/ns/n/dc/d/svc/s", "longer than 255"},
           Row{"spiffe://td/ns/n/dc/d/svc/" + std::string(2048, 's'), "longer than 2048"},
       }) {
    CAPTURE(row.uri);
    const auto id = parse_service_id(row.uri);
    REQUIRE_FALSE(id);
    CAPTURE(id.error().message);
    CHECK(id.error().message.find(row.why) != std::string::npos);
    CHECK(id.error().message.find("expected spiffe://TRUST-DOMAIN/ns/") != std::string::npos);
  }
}

TEST_CASE("an empty trust domain is accepted where the caller will know it later") {
  const auto id =
      parse_service_id("spiffe:///ns/default/dc/dc1/svc/web", TrustDomain::may_be_empty);
  REQUIRE(id);
  CHECK(id->trust_domain.empty());
  CHECK(id->service == "web");
  CHECK(parse_service_id(kWeb, TrustDomain::may_be_empty));
  CHECK_FALSE(parse_service_id("spiffe:///", TrustDomain::may_be_empty));
}

TEST_CASE("two identities are the same service by each of their parts") {
  const ServiceId web = id_of(kWeb);
  CHECK(same_service(web, id_of("spiffe://1111.CONSUL/ns/default/dc/dc1/svc/web")));
  CHECK(same_service(web, id_of("spiffe://1111.consul/ns/default/dc/dc1/svc/w%65b")));
  for (const char* other : {"spiffe://1111.consul/ns/default/dc/dc1/svc/web-admin",
                            "spiffe://1111.consul/ns/default/dc/dc1/svc/Web",
                            "spiffe://1111.consul/ns/default/dc/dc2/svc/web",
                            "spiffe://1111.consul/ns/other/dc/dc1/svc/web",
                            "spiffe://1111.consul/ap/p/ns/default/dc/dc1/svc/web",
                            "spiffe://2222.consul/ns/default/dc/dc1/svc/web"}) {
    CAPTURE(other);
    CHECK_FALSE(same_service(web, id_of(other)));
  }
}

TEST_CASE("a trust domain is read off the identity that has no path") {
  CHECK(parse_trust_domain("spiffe://1111.consul").value() == "1111.consul");
  for (const char* bad : {"", "spiffe://", "spiffe://td/", "spiffe://td/ns/n/dc/d/svc/s",
                          "https://td", "spiffe://td:1", "spiffe://a b"}) {
    CAPTURE(bad);
    CHECK_FALSE(parse_trust_domain(bad));
  }
}

// A small mutator: whatever is accepted has to say the same when it is written and read again.
TEST_CASE("whatever is accepted survives being written and read again") {
  constexpr std::string_view kLetters = "/%.#?@:aZ0 2Ff-_\x80\xff~sn";
  std::uint32_t state = 1;
  const auto draw = [&state](std::size_t below) {
    state = state * 1664525U + 1013904223U;
    return (state >> 8) % below;
  };
  int accepted = 0;
  for (int i = 0; i < 200'000; ++i) {
    std::string uri(i % 2 == 0 ? kWeb : "spiffe://td/ap/p/ns/n/dc/d/svc/a%20b");
    for (std::size_t changes = 1 + draw(3); changes > 0; --changes) {
      const std::size_t at = draw(uri.size());
      const char letter = kLetters[draw(kLetters.size())];
      if (draw(3) == 0) {
        uri.erase(at, 1);
      } else if (draw(2) == 0) {
        uri.insert(at, 1, letter);
      } else {
        uri[at] = letter;
      }
    }
    const auto id = parse_service_id(uri);
    if (!id) continue;
    ++accepted;
    const auto again = parse_service_id(id->str());
    REQUIRE_MESSAGE(again, uri);
    REQUIRE(*again == *id);
    REQUIRE(id->service.find('/') == std::string::npos);
  }
  CHECK(accepted > 1000);
}
