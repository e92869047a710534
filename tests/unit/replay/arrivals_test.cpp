#include "replay/arrivals.h"

#include <cmath>
#include <vector>

#include <doctest/doctest.h>

#include "base/time.h"

namespace gw::replay {
namespace {

using namespace std::chrono_literals;

Stream stream(double count, std::chrono::microseconds per) {
  Stream s;
  s.rate = {count, per};
  return s;
}

std::vector<std::int64_t> all_of(ArrivalTimes times) {
  std::vector<std::int64_t> out;
  while (const auto at = times.next()) out.push_back((*at - kDefaultStart).count());
  return out;
}

}  // namespace

TEST_CASE("uniform arrivals begin at the start and are half-open at the end") {
  Stream s = stream(2, 1s);
  s.lasts = CalendarSpan{2s, {}};
  CHECK(all_of({s, kDefaultStart}) == std::vector<std::int64_t>{0, 500'000, 1'000'000, 1'500'000});
  CHECK(ArrivalTimes(s, kDefaultStart).end() == kDefaultStart + 2s);
}

TEST_CASE("uniform arrivals do not drift: a third of a second stays one over a year") {
  Stream s = stream(3, 1s);
  s.lasts = CalendarSpan{{}, std::chrono::months{12}};
  ArrivalTimes times(s, kDefaultStart);
  std::uint64_t n = 0;
  WallTime last{};
  while (const auto at = times.next()) {
    ++n;
    last = *at;
    if (n == 3'000'001) CHECK(*at == kDefaultStart + 1'000'000s);
  }
  CHECK(n == 366ULL * 86'400 * 3);  // 2024 is a leap year
  CHECK(last < kDefaultStart + 366 * 24h);
}

TEST_CASE("a stream with a count has exactly so many arrivals") {
  Stream s = stream(1, 1min);
  s.count = 3;
  CHECK(all_of({s, kDefaultStart}) == std::vector<std::int64_t>{0, 60'000'000, 120'000'000});
  ArrivalTimes times(s, kDefaultStart);
  while (times.next()) {
  }
  CHECK(times.end() == kDefaultStart + 3min);
}

TEST_CASE("poisson gaps are -ln(1-u)/rate with u drawn from the seed") {
  Stream s = stream(50, 1s);
  s.arrivals = Arrivals::poisson;
  s.seed = 7;
  s.count = 1000;
  Rng rng(7);
  double elapsed = 0;
  const auto times = all_of({s, kDefaultStart});
  REQUIRE(times.size() == 1000);
  for (const std::int64_t at : times) {
    elapsed += -std::log(1 - rng.uniform()) / 50;
    CHECK(std::abs(static_cast<double>(at) - elapsed * 1e6) <= 2);
  }
  CHECK(times.front() > 0);
  s.seed = 8;
  CHECK(all_of({s, kDefaultStart}) != times);
}

}  // namespace gw::replay
