#include "limit/memory_store.h"

#include <array>
#include <cstdint>
#include <limits>
#include <string_view>
#include <vector>

#include <doctest/doctest.h>

#include "unit/limit/windows.h"

namespace gw::limit {
namespace {

using test::ask;
using test::key;
using test::windows;

const WallSeconds kNow = test::second_of("2026-11-21T10:00:30Z");

// How many of `times` requests pass.
int passed(MemoryStore& store, test::LimitList limits, WallSeconds now, int times,
           std::uint64_t k = 1, Counting how = Counting::if_all_pass) {
  const auto asked = windows(limits, now);
  int count = 0;
  for (int i = 0; i < times; ++i) {
    count += ask(store, {key(k), {}, asked, how}, now).passed ? 1 : 0;
  }
  return count;
}

std::uint64_t usage(MemoryStore& store, Period period, WallSeconds now, std::uint64_t k = 1) {
  const auto asked = windows({{period, 1e15}}, now);
  const Reading reading = ask(store, {key(k), {}, asked, Counting::read_only}, now);
  return reading.used_before[model::index(period)];
}

TEST_CASE("exactly as many requests pass as the limit says") {
  struct Row {
    double limit;
    int pass;
  };
  for (const Row& r : {Row{1, 1}, Row{3, 3}, Row{2.5, 3}, Row{0.5, 1}, Row{100, 100}}) {
    CAPTURE(r.limit);
    MemoryStore store;
    CHECK(passed(store, {{Period::minute, r.limit}}, kNow, 200) == r.pass);
  }
}

TEST_CASE("a reading tells what was used before the request") {
  MemoryStore store;
  const auto asked = windows({{Period::minute, 2}, {Period::day, 9}}, kNow);
  for (const std::uint64_t used : {0U, 1U, 2U, 2U}) {
    CAPTURE(used);
    const Reading reading = ask(store, {key(1), {}, asked}, kNow);
    CHECK(reading.used_before[model::index(Period::minute)] == used);
    CHECK(reading.used_before[model::index(Period::day)] == used);
    CHECK(reading.used_before[model::index(Period::hour)] == 0);
    CHECK(reading.passed == (used < 2));
  }
}

TEST_CASE("a refused request is counted in no window") {
  MemoryStore store;
  CHECK(passed(store, {{Period::second, 2}, {Period::hour, 100}}, kNow, 50) == 2);
  CHECK(usage(store, Period::hour, kNow) == 2);
}

TEST_CASE("under Counting::always the refused are counted too, in every window") {
  MemoryStore store;
  CHECK(passed(store, {{Period::second, 2}, {Period::hour, 100}}, kNow, 50, 1, Counting::always) ==
        2);
  CHECK(usage(store, Period::second, kNow) == 50);
  CHECK(usage(store, Period::hour, kNow) == 50);
}

TEST_CASE("reading only counts nothing and makes no key") {
  MemoryStore store;
  CHECK(passed(store, {{Period::minute, 1}}, kNow, 5, 1, Counting::read_only) == 5);
  CHECK(store.stats().keys == 0);
  CHECK(passed(store, {{Period::minute, 1}}, kNow, 1) == 1);
  CHECK(passed(store, {{Period::minute, 1}}, kNow, 5, 1, Counting::read_only) == 0);
}

TEST_CASE("adding only counts past the limit and never refuses") {
  MemoryStore store;
  CHECK(passed(store, {{Period::minute, 1}}, kNow, 5, 1, Counting::add_only) == 5);
  CHECK(usage(store, Period::minute, kNow) == 5);
}

TEST_CASE("keys do not share counters") {
  MemoryStore store;
  for (std::uint64_t k = 0; k < 5000; ++k) {
    CAPTURE(k);
    REQUIRE(passed(store, {{Period::minute, 2}}, kNow, 3, k) == 2);
  }
  CHECK(store.stats().keys == 5000);
  CHECK(store.stats().evictions == 0);
}

TEST_CASE("charges are asked in order, and after the first refusal the rest is not touched") {
  MemoryStore store;
  const auto wide = windows({{Period::hour, 100}}, kNow);
  const auto narrow = windows({{Period::hour, 1}}, kNow);
  const std::array charges{Charge{key(1), {}, wide}, Charge{key(2), {}, narrow},
                           Charge{key(3), {}, wide}};
  std::array<Reading, 3> readings;
  CHECK(store.charge(charges, kNow, readings) == 3);
  CHECK(store.charge(charges, kNow, readings) == 2);
  CHECK(readings[0].passed);
  CHECK_FALSE(readings[1].passed);
  CHECK(usage(store, Period::hour, kNow, 1) == 2);
  CHECK(usage(store, Period::hour, kNow, 2) == 1);
  CHECK(usage(store, Period::hour, kNow, 3) == 1);
}

TEST_CASE("a window that is over starts again at 0, the longer ones go on") {
  struct Row {
    std::string_view why, first, then;
    std::array<std::uint64_t, kPeriodCount> used;
  };
  const test::LimitList all{{Period::second, 9}, {Period::minute, 9}, {Period::hour, 9},
                            {Period::day, 9},    {Period::month, 9},  {Period::year, 9}};
  for (const Row& r : {
           Row{"the same second",
               "2026-11-21T10:00:30Z",
               "2026-11-21T10:00:30Z",
               {1, 1, 1, 1, 1, 1}},
           Row{"the next second",
               "2026-11-21T10:00:30Z",
               "2026-11-21T10:00:31Z",
               {0, 1, 1, 1, 1, 1}},
           Row{"the next minute",
               "2026-11-21T10:00:59Z",
               "2026-11-21T10:01:00Z",
               {0, 0, 1, 1, 1, 1}},
           Row{"the next hour", "2026-11-21T10:59:59Z", "2026-11-21T11:00:00Z", {0, 0, 0, 1, 1, 1}},
           Row{"the next day", "2024-02-28T23:59:59Z", "2024-02-29T00:00:00Z", {0, 0, 0, 0, 1, 1}},
           Row{"the 31st of a month",
               "2026-12-01T00:00:00Z",
               "2026-12-31T23:59:59Z",
               {0, 0, 0, 0, 1, 1}},
           Row{"the next month",
               "2024-02-29T23:59:59Z",
               "2024-03-01T00:00:00Z",
               {0, 0, 0, 0, 0, 1}},
           Row{"the 366th day", "2024-01-01T00:00:00Z", "2024-12-31T23:59:59Z", {0, 0, 0, 0, 0, 1}},
           Row{"the next year", "2026-12-31T23:59:59Z", "2027-01-01T00:00:00Z", {0, 0, 0, 0, 0, 0}},
           Row{"the same date a year on",
               "2026-11-21T10:00:30Z",
               "2027-11-21T10:00:30Z",
               {0, 0, 0, 0, 0, 0}},
       }) {
    CAPTURE(r.why);
    MemoryStore store;
    const WallSeconds first = test::second_of(r.first);
    const WallSeconds then = test::second_of(r.then);
    REQUIRE(ask(store, {key(1), {}, windows(all, first)}, first).passed);
    CHECK(ask(store, {key(1), {}, windows(all, then)}, then).used_before == r.used);
  }
}

TEST_CASE("windows that a charge does not name keep their counts and still end in time") {
  MemoryStore store;
  // Two instances with the same key: one limits days, the other seconds only.
  CHECK(passed(store, {{Period::day, 5}}, kNow, 3) == 3);
  for (int i = 1; i <= 120; ++i) {
    CHECK(passed(store, {{Period::second, 1}}, kNow + test::seconds{i}, 2) == 1);
  }
  CHECK(passed(store, {{Period::day, 5}}, kNow + test::hours{2}, 9) == 2);
  const WallSeconds tomorrow = kNow + test::days{1};
  CHECK(passed(store, {{Period::second, 1}}, tomorrow, 1) == 1);
  CHECK(passed(store, {{Period::day, 5}}, tomorrow, 9) == 5);
}

TEST_CASE("a request from a slightly earlier second counts in the newer window") {
  MemoryStore store;
  const WallSeconds late = test::second_of("2026-11-21T10:01:00Z");
  CHECK(passed(store, {{Period::minute, 3}}, late, 1) == 1);
  CHECK(passed(store, {{Period::minute, 3}}, late - test::seconds{1}, 9) == 2);
  CHECK(passed(store, {{Period::minute, 3}}, late, 9) == 0);
}

TEST_CASE("when the clock was wrong by years, limits follow it back") {
  MemoryStore store;
  const WallSeconds wrong = test::second_of("2037-03-01T00:00:00Z");
  CHECK(passed(store, {{Period::hour, 2}, {Period::year, 2}}, wrong, 9) == 2);
  CHECK(passed(store, {{Period::hour, 2}, {Period::year, 2}}, kNow, 9) == 2);
  CHECK(usage(store, Period::year, kNow) == 2);
}

TEST_CASE("a big step back keeps the counts of the windows that both times share") {
  MemoryStore store;
  const WallSeconds later = kNow + test::minutes{40};
  CHECK(passed(store, {{Period::minute, 3}, {Period::hour, 5}}, later, 9) == 3);
  CHECK(passed(store, {{Period::minute, 3}, {Period::hour, 5}}, later - test::minutes{20}, 9) == 2);
  CHECK(usage(store, Period::hour, later) == 5);
}

TEST_CASE("impossible times corrupt nothing") {
  MemoryStore store;
  for (const WallSeconds t : {WallSeconds::max(), WallSeconds::min(), WallSeconds{}, kNow,
                              WallSeconds{test::seconds{-1}}, WallSeconds::max(), kNow}) {
    CAPTURE(t.time_since_epoch().count());
    CHECK(passed(store, {{Period::second, 1}}, Calendar::at(t).now, 1, 5) <= 1);
    const auto asked = windows({{Period::minute, 2}}, t);
    ask(store, {key(1), {}, asked}, t);
  }
  CHECK(store.stats().keys == 2);
  CHECK(usage(store, Period::minute, kNow) == 1);
}

TEST_CASE("counts of a limit of 1e15 stay exact") {
  MemoryStore store;
  CHECK(passed(store, {{Period::year, 1e15}}, kNow, 100000) == 100000);
  CHECK(usage(store, Period::year, kNow) == 100000);
}

TEST_CASE("a prefetch changes nothing, whether the key is there or not") {
  MemoryStore store;
  store.prefetch(key(1));
  CHECK(store.stats().keys == 0);
  CHECK(passed(store, {{Period::minute, 2}}, kNow, 1) == 1);
  store.prefetch(key(1));
  CHECK(usage(store, Period::minute, kNow) == 1);
}

TEST_CASE("a moved store keeps its counters") {
  MemoryStore store;
  CHECK(passed(store, {{Period::minute, 2}}, kNow, 1) == 1);
  MemoryStore other = std::move(store);
  CHECK(usage(other, Period::minute, kNow) == 1);
}

}  // namespace
}  // namespace gw::limit
