#include "limit/verdict.h"

#include <string_view>
#include <vector>

#include <doctest/doctest.h>

#include "unit/limit/windows.h"

namespace gw::limit {
namespace {

const WallSeconds kNow = test::second_of("2026-11-21T10:00:42Z");

Reading used(std::initializer_list<std::pair<Period, std::uint64_t>> counts) {
  Reading reading;
  for (const auto& [period, count] : counts) reading.used_before[model::index(period)] = count;
  return reading;
}

TEST_CASE("a request that passes is itself taken off what remains") {
  const auto windows = test::windows({{Period::minute, 3}, {Period::hour, 10}}, kNow);
  const Verdict v = judge(windows, used({{Period::minute, 1}, {Period::hour, 4}}), kNow);
  CHECK_FALSE(v.stopped);
  CHECK(v.remaining[0] == 1);
  CHECK(v.remaining[1] == 5);
  CHECK(v.chosen == 0);
  CHECK(v.reset == 18);
}

TEST_CASE("when stopped, windows that had room show it undiminished") {
  const auto windows = test::windows({{Period::second, 2}, {Period::minute, 4}}, kNow);
  const Verdict v = judge(windows, used({{Period::minute, 4}}), kNow);
  CHECK(v.stopped);
  CHECK(v.remaining[0] == 2);
  CHECK(v.remaining[1] == 0);
  CHECK(v.chosen == 1);
}

TEST_CASE("of equal remainders the longer window speaks") {
  const auto windows =
      test::windows({{Period::minute, 3}, {Period::hour, 3}, {Period::day, 4}}, kNow);
  const Verdict v = judge(windows, Reading{}, kNow);
  CHECK(v.chosen == 1);
  CHECK(v.reset == 3600 - 42);
}

TEST_CASE("several stopping windows all show 0, and the longest speaks") {
  const auto windows =
      test::windows({{Period::minute, 2}, {Period::day, 2}, {Period::year, 9}}, kNow);
  const Verdict v =
      judge(windows, used({{Period::minute, 2}, {Period::day, 7}, {Period::year, 7}}), kNow);
  CHECK(v.stopped);
  CHECK(v.remaining[0] == 0);
  CHECK(v.remaining[1] == 0);
  CHECK(v.remaining[2] == 2);
  CHECK(v.chosen == 1);
}

TEST_CASE("a fractional limit lets its ceiling pass and shows fractions") {
  struct Row {
    std::uint64_t used;
    bool stopped;
    double remaining;
  };
  const auto windows = test::windows({{Period::minute, 2.5}}, kNow);
  for (const Row& r : {Row{0, false, 1.5}, Row{1, false, 0.5}, Row{2, false, 0}, Row{3, true, 0},
                       Row{4, true, 0}}) {
    CAPTURE(r.used);
    const Verdict v = judge(windows, used({{Period::minute, r.used}}), kNow);
    CHECK(v.stopped == r.stopped);
    CHECK(v.remaining[0] == r.remaining);
  }
}

TEST_CASE("a limit of 1e15 is counted down one by one") {
  const auto windows = test::windows({{Period::year, 1e15}}, kNow);
  CHECK(judge(windows, used({{Period::year, 7}}), kNow).remaining[0] == 999999999999992.0);
  CHECK_FALSE(judge(windows, used({{Period::year, 999999999999999}}), kNow).stopped);
  CHECK(judge(windows, used({{Period::year, 1000000000000000}}), kNow).stopped);
}

TEST_CASE("without windows nothing is stopped") {
  const Verdict v = judge({}, Reading{}, kNow);
  CHECK_FALSE(v.stopped);
  CHECK(v.reset == 1);
}

}  // namespace
}  // namespace gw::limit
