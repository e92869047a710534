#include <array>

#include <doctest/doctest.h>

#include "base/arena.h"
#include "base/ip.h"
#include "base/regex.h"
#include "base/rng.h"
#include "base/secret.h"
#include "base/timers.h"
#include "base/uuid.h"

namespace gw {

TEST_CASE("version 5 ids are those of Kong's check values") {
  const Uuid kong = *Uuid::parse("fd02801f-0957-4a15-a55a-c8d9606f30b5");
  const Uuid services = Uuid::v5(kong, "services");
  CHECK(services.str() == "90050c4f-539a-5bd9-bfb5-2ff1c430ca18");
  CHECK(Uuid::v5(services, "sample_api").str() == "f43346f0-16f5-55b3-b815-f4dfa7cdb1e8");
}

TEST_CASE("a UUID is 36 characters of hex and dashes") {
  CHECK(Uuid::parse("F43346F0-16f5-55b3-b815-f4dfa7cdb1e8").has_value());
  for (const auto bad :
       {"", "f43346f016f555b3b815f4dfa7cdb1e8", "f43346f0-16f5-55b3-b815-f4dfa7cdb1eg",
        "f43346f0x16f5-55b3-b815-f4dfa7cdb1e8"}) {
    CHECK_FALSE(Uuid::parse(bad).has_value());
  }
  Rng rng(7);
  CHECK(Uuid::v4(rng).str()[14] == '4');
}

TEST_CASE("addresses print as they are written in RFC 5952") {
  for (const std::string text : {"192.0.2.1", "255.255.255.255", "0.0.0.0", "2001:db8::1", "::1"}) {
    const auto ip = IpAddress::parse(text);
    REQUIRE(ip.has_value());
    CHECK(ip->str() == text);
  }
  for (const auto bad : {"", "1.2.3", "1.2.3.4.5", "256.1.1.1", "::g", "1.2.3.4 "}) {
    CAPTURE(bad);
    CHECK_FALSE(IpAddress::parse(bad).has_value());
  }
}

TEST_CASE("a network holds its addresses and no other family's") {
  const auto network = *IpNetwork::parse("10.0.0.0/9");
  CHECK(network.contains(*IpAddress::parse("10.127.255.255")));
  CHECK_FALSE(network.contains(*IpAddress::parse("10.128.0.0")));
  CHECK_FALSE(IpNetwork::parse("::/0")->contains(*IpAddress::parse("10.0.0.1")));
  CHECK(IpNetwork::parse("0.0.0.0/0")->contains(*IpAddress::parse("203.0.113.9")));
  CHECK_FALSE(IpNetwork::parse("10.0.0.0/33").has_value());
}

TEST_CASE("xoshiro256** gives its published sequence") {
  // Reference: seed 0 through splitmix64, as computed from the authors' C code.
  Rng rng(0);
  CHECK(rng.next() == 0x99EC5F36CB75F2B4ULL);
  CHECK(rng.next() == 0xBF6E1F784956452AULL);
}

TEST_CASE("timers fire in order of time, then of setting") {
  Timers timers;
  std::string order;
  const auto at = [](int n) { return SteadyTime{std::chrono::microseconds{n}}; };
  timers.at(at(2), [&] { order += 'c'; });
  timers.at(at(1), [&] { order += 'a'; });
  const auto cancelled = timers.at(at(1), [&] { order += 'x'; });
  timers.at(at(1), [&] { order += 'b'; });
  timers.cancel(cancelled);
  CHECK(timers.next() == at(1));
  timers.fire(at(1));
  CHECK(order == "ab");
  timers.fire(at(9));
  CHECK(order == "abc");
  CHECK_FALSE(timers.next().has_value());
}

TEST_CASE("an arena keeps what it handed out until it is reset") {
  Arena arena;
  const auto first = arena.copy("first");
  for (int i = 0; i < 1000; ++i)
    (void)arena.copy("more text than one block of two kilobytes holds");
  const auto big = arena.concat(std::string(5000, 'x'), "y");
  CHECK(first == "first");
  CHECK(big.size() == 5001);
  arena.reset();
  CHECK(arena.copy("again") == "again");
}

TEST_CASE("a pattern that backtracks without end does not match, and comes back") {
  const auto regex = Regex::compile("^(a+)+$");
  REQUIRE(regex.has_value());
  CHECK(regex->search("aaaa"));
  CHECK_FALSE(regex->search(std::string(64, 'a') + "b"));
}

TEST_CASE("a named group is found in the match, and nothing where it took no part") {
  const auto regex = Regex::compile("/t/(?<tenant>[a-z]+)(/(?<rest>.+))?");
  REQUIRE(regex.has_value());
  CHECK(regex->capture("/t/blue/x", "tenant") == "blue");
  CHECK(regex->capture("/t/blue/x", "rest") == "x");
  CHECK_FALSE(regex->capture("/t/blue", "rest").has_value());
  CHECK_FALSE(regex->capture("/t/blue", "other").has_value());
  CHECK_FALSE(regex->capture("/else", "tenant").has_value());
}

TEST_CASE("a regex that does not compile says where") {
  const auto regex = Regex::compile("/a(b");
  REQUIRE_FALSE(regex.has_value());
  CHECK(regex.error().message.find("at offset") != std::string::npos);
}

TEST_CASE("a secret is named by 8 digits of its digest") {
  const Secret secret("alice-key");
  CHECK(secret.fingerprint().size() == 8);
  CHECK(secret.fingerprint().find("alice") == std::string::npos);
}

}  // namespace gw
