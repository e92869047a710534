#include "limit/virtual_store.h"

#include <algorithm>
#include <array>
#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>

#include <doctest/doctest.h>

#include "limit/counter_key.h"
#include "limit/key_space.h"
#include "unit/limit/windows.h"

namespace gw::limit {
namespace {

using std::chrono::milliseconds;
using test::at;
using test::windows;

const Uuid kService = Uuid::parse("b9f04b04-ab65-5e2a-b4c4-f82b7d5b781c").value();
const KeyParts kByIp{"ratelimit", {}, kService, "127.0.0.1"};
constexpr std::string_view kByIpText =
    "ratelimit:00000000-0000-0000-0000-000000000000:b9f04b04-ab65-5e2a-b4c4-f82b7d5b781c:127.0.0.1";

Reading ask(VirtualRedis& redis, const Charge& charge, WallTime now) {
  Reading reading;
  const auto asked = redis.charge(std::span(&charge, 1), now, std::span(&reading, 1));
  REQUIRE(asked.has_value());
  REQUIRE(*asked == 1);
  return reading;
}

template <class Store>
int passed(Store& store, test::LimitList limits, WallTime now, int times, Counting how) {
  const auto asked = windows(limits, whole_seconds(now));
  int count = 0;
  for (int i = 0; i < times; ++i) {
    count += ask(store, {{}, kByIp, asked, how}, now).passed ? 1 : 0;
  }
  return count;
}

std::uint64_t value(const VirtualRedis& redis, const std::string& window, WallTime now) {
  const auto entries = redis.entries(now);
  const auto it = entries.find(std::string(kByIpText) + ":" + window);
  return it == entries.end() ? 0 : it->second.value;
}

TEST_CASE("keys are Kong's to the byte, as recorded") {
  struct Row {
    KeyParts parts;
    Period period;
    std::string_view at, key;
  };
  const Uuid route = Uuid::parse("4b28957a-8d3a-5c78-a7f4-f623cd8b5f1d").value();
  for (const Row& r : {
           Row{kByIp, Period::year, "2026-11-21T18:29:05Z",
               "ratelimit:00000000-0000-0000-0000-000000000000:"
               "b9f04b04-ab65-5e2a-b4c4-f82b7d5b781c:127.0.0.1:1767225600000:year"},
           Row{kByIp, Period::minute, "2026-11-21T18:29:05Z",
               "ratelimit:00000000-0000-0000-0000-000000000000:"
               "b9f04b04-ab65-5e2a-b4c4-f82b7d5b781c:127.0.0.1:1795285740000:minute"},
           Row{{"consumerratelimit", route, kService, "11111111-1111-4111-8111-111111111111"},
               Period::hour,
               "2026-11-21T18:29:05Z",
               "consumerratelimit:4b28957a-8d3a-5c78-a7f4-f623cd8b5f1d:"
               "b9f04b04-ab65-5e2a-b4c4-f82b7d5b781c:11111111-1111-4111-8111-111111111111:"
               "1795284000000:hour"},
           Row{{"ratelimit", {}, {}, ""},
               Period::second,
               "1970-01-01T00:00:00Z",
               "ratelimit:00000000-0000-0000-0000-000000000000:"
               "00000000-0000-0000-0000-000000000000::0:second"},
       }) {
    CHECK(counter_key(r.parts, windows({{r.period, 1}}, test::second_of(r.at))[0]) == r.key);
  }
}

TEST_CASE("the recorded keys are left after the recorded requests") {
  // Kong 3.9, second 4, minute 5, hour 5, day 6, month 6, year 7: ten requests, all counted.
  VirtualRedis redis;
  const test::LimitList limits{{Period::second, 4}, {Period::minute, 5}, {Period::hour, 5},
                               {Period::day, 6},    {Period::month, 6},  {Period::year, 7}};
  const WallTime start = at("2026-11-21T18:29:05Z");
  for (const int ms : {0, 700, 1400, 2100, 2800, 3500, 4200, 4900, 5600, 65000}) {
    passed(redis, limits, start + milliseconds{ms}, 1, Counting::always);
  }
  const WallTime end = start + milliseconds{65000};
  CHECK(value(redis, "1767225600000:year", end) == 10);
  CHECK(value(redis, "1793491200000:month", end) == 10);
  CHECK(value(redis, "1795219200000:day", end) == 10);
  CHECK(value(redis, "1795284000000:hour", end) == 10);
  CHECK(value(redis, "1795285800000:minute", end) == 1);
  CHECK(value(redis, "1795285810000:second", end) == 1);
  // The first minute's key was set at :05 and is gone 60 s later; so are the seconds'.
  CHECK(redis.entries(end).size() == 6);
}

TEST_CASE("what is refused is counted by the read from 3.4 on, and not before") {
  const WallTime now = at("2026-11-21T18:29:05Z");
  VirtualRedis reading_counts;
  CHECK(passed(reading_counts, {{Period::minute, 2}, {Period::hour, 9}}, now, 4,
               Counting::always) == 2);
  CHECK(value(reading_counts, "1795285740000:minute", now) == 4);
  CHECK(value(reading_counts, "1795284000000:hour", now) == 4);
  VirtualRedis passing_counts;
  CHECK(passed(passing_counts, {{Period::minute, 2}, {Period::hour, 9}}, now, 4,
               Counting::if_all_pass) == 2);
  CHECK(value(passing_counts, "1795285740000:minute", now) == 2);
  CHECK(value(passing_counts, "1795284000000:hour", now) == 2);
}

TEST_CASE("under reading counts a spent minute still burns the hour") {
  VirtualRedis redis;
  const test::LimitList limits{{Period::minute, 2}, {Period::hour, 10}};
  const WallTime now = at("2026-11-21T18:10:00Z");
  CHECK(passed(redis, limits, now, 10, Counting::always) == 2);
  CHECK(passed(redis, limits, now + test::minutes{1}, 1, Counting::always) == 0);
}

TEST_CASE("reading only and adding only are the two halves of counting in the log phase") {
  KongLocalStore store;
  const WallTime now = at("2026-11-21T18:10:00Z");
  const auto asked = windows({{Period::minute, 2}}, whole_seconds(now));
  for (int i = 0; i < 5; ++i) {
    CHECK(test::ask(store, {{}, kByIp, asked, Counting::read_only}, now).passed);
  }
  for (int i = 0; i < 5; ++i) {
    CHECK(test::ask(store, {{}, kByIp, asked, Counting::add_only}, now).passed);
  }
  const Reading after = test::ask(store, {{}, kByIp, asked, Counting::read_only}, now);
  CHECK(after.used_before[model::index(Period::minute)] == 5);
  CHECK_FALSE(after.passed);
}

TEST_CASE("a key lives W from its first increment, not renewed, and never less than its window") {
  struct Row {
    std::string_view why;
    Period period;
    std::string_view first, expires;
  };
  for (const Row& r : {
           Row{"past the end of a minute", Period::minute, "2026-11-21T18:29:05.25Z",
               "2026-11-21T18:30:05.25Z"},
           Row{"an hour", Period::hour, "2026-11-21T18:29:05Z", "2026-11-21T19:29:05Z"},
           Row{"30 days when the month is in its middle", Period::month, "2026-12-15T00:00:00Z",
               "2027-01-14T00:00:00Z"},
           Row{"the whole of a 31-day month", Period::month, "2026-12-01T08:00:00Z",
               "2027-01-01T00:00:00Z"},
           Row{"the whole of a leap year", Period::year, "2024-01-01T00:00:00Z",
               "2025-01-01T00:00:00Z"},
       }) {
    CAPTURE(r.why);
    VirtualRedis redis;
    const WallTime first = at(r.first);
    passed(redis, {{r.period, 5}}, first, 1, Counting::always);
    passed(redis, {{r.period, 5}}, first + milliseconds{100}, 1, Counting::always);
    const auto entries = redis.entries(first + milliseconds{100});
    REQUIRE(entries.size() == 1);
    CHECK(entries.begin()->second.value == 2);
    CHECK(entries.begin()->second.expires == at(r.expires));
    CHECK(redis.entries(at(r.expires) - std::chrono::microseconds{1}).size() == 1);
    CHECK(redis.entries(at(r.expires)).empty());
  }
}

TEST_CASE("Kong's local month dies after 30 days, inside a month of 31") {
  KongLocalStore kong;
  VirtualRedis redis;
  const WallTime first = at("2026-12-01T08:00:00Z");
  const auto in_december = windows({{Period::month, 1}}, whole_seconds(first));
  const auto asked = [&](auto& store, WallTime now) {
    const Charge charge{{}, kByIp, in_december};
    if constexpr (requires { store.entries(now); }) {
      return ask(store, charge, now).passed;
    } else {
      return test::ask(store, charge, now).passed;
    }
  };
  CHECK(asked(kong, first));
  CHECK(asked(redis, first));
  CHECK_FALSE(asked(kong, at("2026-12-31T07:59:59Z")));
  CHECK_FALSE(asked(redis, at("2026-12-31T07:59:59Z")));
  CHECK(asked(kong, at("2026-12-31T08:00:00Z")));
  CHECK_FALSE(asked(redis, at("2026-12-31T08:00:00Z")));
}

TEST_CASE("a store that is down is an error, and counts nothing") {
  VirtualRedis redis;
  const WallTime now = at("2026-11-21T18:29:05Z");
  const auto asked = windows({{Period::minute, 2}}, whole_seconds(now));
  const Charge charge{{}, kByIp, asked};
  Reading reading;
  redis.set_up(false);
  const auto down = redis.charge(std::span(&charge, 1), now, std::span(&reading, 1));
  REQUIRE_FALSE(down.has_value());
  CHECK(down.error().code == ErrorCode::unreachable);
  CHECK(redis.entries(now).empty());
  redis.set_up(true);
  CHECK(ask(redis, charge, now).passed);
}

TEST_CASE("a refused charge keeps the following ones from being asked") {
  VirtualRedis redis;
  const WallTime now = at("2026-11-21T18:29:05Z");
  const auto one = windows({{Period::minute, 1}}, whole_seconds(now));
  const auto many = windows({{Period::minute, 9}}, whole_seconds(now));
  const std::array charges{Charge{{}, {"ratelimit", {}, {}, "a"}, one, Counting::always},
                           Charge{{}, {"ratelimit", {}, {}, "b"}, many, Counting::always}};
  std::array<Reading, 2> readings;
  CHECK(redis.charge(charges, now, readings) == 2);
  CHECK(redis.charge(charges, now, readings) == 1);
  const auto entries = redis.entries(now);
  REQUIRE(entries.size() == 2);
  CHECK(entries.begin()->second.value == 2);
  CHECK(entries.rbegin()->second.value == 1);
}

TEST_CASE("identifiers with colons are keys of their own") {
  VirtualRedis redis;
  const WallTime now = at("2026-11-21T18:29:05Z");
  const auto asked = windows({{Period::minute, 1}}, whole_seconds(now));
  for (const std::string_view id : {"a", "a:", ":a", "a:1795285740000:minute", ""}) {
    CAPTURE(id);
    CHECK(ask(redis, {{}, {"ratelimit", {}, {}, id}, asked}, now).passed);
  }
  CHECK(redis.entries(now).size() == 5);
}

TEST_CASE("a year of traffic from ever new clients does not pile up") {
  KeySpace keys(KeySpace::Life::whole_window);
  WallTime now = at("2026-01-01T00:00:00Z");
  std::size_t most = 0;
  for (int i = 0; i < 365 * 24 * 12; ++i, now += test::minutes{5}) {
    const auto asked = windows({{Period::second, 5}, {Period::minute, 9}}, whole_seconds(now));
    const std::string client = std::to_string(i);
    const Charge fresh{{}, {"ratelimit", {}, {}, client}, asked};
    const Charge steady{{}, kByIp, asked};
    for (const Charge& charge : {fresh, steady}) REQUIRE(test::ask(keys, charge, now).passed);
    most = std::max(most, keys.size());
  }
  CHECK(most <= 1100);
  CHECK(keys.entries(now).empty());
}

}  // namespace
}  // namespace gw::limit
