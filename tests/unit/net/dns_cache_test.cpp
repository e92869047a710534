#include "net/dns_cache.h"

#include <chrono>
#include <string>

#include <doctest/doctest.h>

#include "net/hosts_file.h"

using namespace gw;
using namespace gw::net;
using namespace std::chrono_literals;

namespace {

const SteadyTime kStart{1000s};

DnsReply good(const char* ip, std::chrono::seconds ttl) {
  return {Addresses{*IpAddress::parse(ip)}, ttl};
}
DnsReply bad(DnsError::Kind kind) {
  return {std::unexpected(DnsError{kind, "why"}), {}};
}

}  // namespace

TEST_CASE("an answer ages with its TTL and ends stale_ttl later") {
  DnsCache cache({.stale_ttl = 10s});
  cache.store("web.test", good("192.0.2.1", 5s), kStart);
  struct Row {
    std::chrono::seconds after;
    bool there;
    bool aged;
  };
  for (const Row& row : {Row{0s, true, false}, Row{4s, true, false}, Row{5s, true, true},
                         Row{14s, true, true}, Row{15s, false, false}}) {
    CAPTURE(row.after.count());
    const auto hit = cache.find("Web.Test", kStart + row.after);
    CHECK((hit.answer != nullptr) == row.there);
    CHECK(hit.aged == row.aged);
  }
}

TEST_CASE("a TTL is at least a second, and valid_ttl replaces it") {
  DnsCache cache({.stale_ttl = 0s});
  cache.store("zero.test", good("192.0.2.1", 0s), kStart);
  CHECK(cache.find("zero.test", kStart + 999ms).answer);
  CHECK_FALSE(cache.find("zero.test", kStart + 1s).answer);
  DnsCache fixed({.valid_ttl = 60s, .stale_ttl = 0s});
  fixed.store("short.test", good("192.0.2.1", 1s), kStart);
  fixed.store("long.test", good("192.0.2.1", 3600s), kStart);
  for (const char* name : {"short.test", "long.test"}) {
    CHECK(fixed.find(name, kStart + 59s).answer);
    CHECK_FALSE(fixed.find(name, kStart + 60s).answer);
  }
}

TEST_CASE("a failure keeps old addresses; 'no such name' replaces them") {
  DnsCache cache({.stale_ttl = 100s});
  cache.store("web.test", good("192.0.2.1", 5s), kStart);
  cache.store("web.test", bad(DnsError::Kind::failure), kStart + 6s);
  const auto kept = cache.find("web.test", kStart + 6s);
  REQUIRE(kept.answer);
  CHECK(kept.answer->has_value());
  CHECK_FALSE(kept.aged);  // not asked for again at once
  CHECK(cache.find("web.test", kStart + 7s).aged);
  CHECK_FALSE(cache.find("web.test", kStart + 105s).answer);  // the first end stands
  cache.store("web.test", bad(DnsError::Kind::unknown), kStart + 8s);
  const auto gone = cache.find("web.test", kStart + 8s);
  REQUIRE(gone.answer);
  CHECK_FALSE(gone.answer->has_value());
}

TEST_CASE("the cache is bounded: the ended go first, then the oldest") {
  DnsCache cache({.stale_ttl = 0s, .max_names = 3});
  cache.store("ended.test", good("192.0.2.1", 1s), kStart);
  cache.store("old.test", good("192.0.2.1", 50s), kStart);
  cache.store("new.test", good("192.0.2.1", 90s), kStart);
  cache.store("a.test", good("192.0.2.1", 90s), kStart + 2s);
  CHECK(cache.size() == 3);
  CHECK(cache.find("old.test", kStart + 2s).answer);
  cache.store("b.test", good("192.0.2.1", 90s), kStart + 2s);
  CHECK(cache.size() == 3);
  CHECK_FALSE(cache.find("old.test", kStart + 2s).answer);
  CHECK(cache.find("new.test", kStart + 2s).answer);
}

TEST_CASE("a hosts file is read as libc reads it") {
  const auto names = parse_hosts(
      "# 192.0.2.9 commented.test\n"
      "192.0.2.1\tWeb.test  alias.test # 192.0.2.8 no.test\r\n"
      "2001:db8::1 web.test\n"
      "192.0.2.2 web.test. web.test\n"
      "no.address web2.test\n"
      "192.0.2.3\n"
      "   192.0.2.4 last.test");
  CHECK(names.size() == 3);
  const auto web = names.find("WEB.TEST");
  REQUIRE(web != names.end());
  CHECK(web->second.v4.size() == 2);
  CHECK(web->second.v6.size() == 1);
  CHECK(names.contains("alias.test"));
  CHECK(names.contains("last.test"));
}
