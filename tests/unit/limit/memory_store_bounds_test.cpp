#include <array>
#include <cstdint>
#include <span>
#include <unordered_map>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "base/rng.h"
#include "limit/cell.h"
#include "limit/memory_store.h"
#include "unit/limit/windows.h"

namespace gw::limit {
namespace {

using test::ask;
using test::key;
using test::windows;

const WallSeconds kNow = test::second_of("2026-11-21T10:00:30Z");
constexpr std::size_t kMiB = std::size_t{1024} * 1024;

TEST_CASE("a flood of five million keys stays within the bound and is exact for those held") {
  MemoryStore store({.max_bytes = 4 * kMiB});
  const auto asked = windows({{Period::minute, 1}, {Period::day, 5}}, kNow);
  for (std::uint64_t k = 0; k < 5'000'000; ++k) {
    const Charge charge{key(k), {}, asked};
    // Asked twice at once, the key is still there and the second refused.
    if (!ask(store, charge, kNow).passed || ask(store, charge, kNow).passed) {
      FAIL("key ", k, " was not counted exactly");
    }
  }
  const MemoryStore::Stats stats = store.stats();
  CHECK(stats.bytes <= 4 * kMiB);
  CHECK(stats.keys * 64 > 2 * kMiB);
  CHECK(stats.keys + stats.evictions == 5'000'000);
}

TEST_CASE("a flood of fresh keys displaces itself before a key that has used much") {
  MemoryStore store({.max_bytes = kMiB});
  const auto asked = windows({{Period::month, 1000}}, kNow);
  constexpr std::uint64_t kOld = 100;
  for (std::uint64_t k = 0; k < kOld; ++k) {
    for (int i = 0; i < 50; ++i) REQUIRE(ask(store, {key(k), {}, asked}, kNow).passed);
  }
  for (std::uint64_t k = kOld; k < 300'000; ++k) ask(store, {key(k), {}, asked}, kNow);
  CHECK(store.stats().evictions > 200'000);
  for (std::uint64_t k = 0; k < kOld; ++k) {
    CAPTURE(k);
    CHECK(ask(store, {key(k), {}, asked}, kNow).used_before[model::index(Period::month)] == 50);
  }
}

TEST_CASE("a flood against short windows does not displace the counts of long ones") {
  MemoryStore store({.max_bytes = kMiB});
  const auto yearly = windows({{Period::year, 10}}, kNow);
  const auto minutely = windows({{Period::minute, 1000}}, kNow);
  REQUIRE(ask(store, {key(0), {}, yearly}, kNow).passed);
  for (std::uint64_t k = 1; k < 100'000; ++k) {
    for (int i = 0; i < 3; ++i) ask(store, {key(k), {}, minutely}, kNow);
  }
  CHECK(ask(store, {key(0), {}, yearly}, kNow).used_before[model::index(Period::year)] == 1);
}

TEST_CASE("while less than half of the bound still counts, no live key is given up") {
  MemoryStore store({.max_bytes = kMiB});
  for (int minute = 0; minute < 100; ++minute) {
    const WallSeconds now = kNow + test::minutes{minute};
    const auto asked = windows({{Period::minute, 1}}, now);
    for (std::uint64_t k = 0; k < 6000; ++k) {
      const std::uint64_t fresh = static_cast<std::uint64_t>(minute) * 6000 + k;
      REQUIRE(ask(store, {key(fresh), {}, asked}, now).passed);
      REQUIRE_FALSE(ask(store, {key(fresh), {}, asked}, now).passed);
    }
  }
  CHECK(store.stats().evictions == 0);
  CHECK(store.stats().bytes <= kMiB);
}

TEST_CASE("the smallest bound still counts") {
  MemoryStore store({.max_bytes = 0});
  const auto asked = windows({{Period::minute, 2}}, kNow);
  CHECK(ask(store, {key(1), {}, asked}, kNow).passed);
  CHECK(ask(store, {key(1), {}, asked}, kNow).passed);
  CHECK_FALSE(ask(store, {key(1), {}, asked}, kNow).passed);
  CHECK(store.stats().bytes <= 1024);
}

// The plain way to count windows, to compare with.
class Model {
 public:
  bool charge(std::uint64_t k, std::span<const Window> asked) {
    auto& windows = counts_[k];
    for (const Window& w : asked) {
      auto& [start, count] = windows[model::index(w.period)];
      if (start != w.start) count = 0;
      start = w.start;
      if (!(static_cast<double>(count) < w.limit)) return false;
    }
    for (const Window& w : asked) ++windows[model::index(w.period)].second;
    return true;
  }

 private:
  std::unordered_map<std::uint64_t, std::array<std::pair<WallSeconds, std::uint64_t>, kPeriodCount>>
      counts_;
};

TEST_CASE("random traffic of random instances is decided as by a plain model") {
  MemoryStore store;
  Model model;
  Rng rng(20261121);
  WallSeconds now = kNow;
  const std::array<std::vector<std::pair<Period, double>>, 4> instances{{
      {{Period::second, 2}, {Period::minute, 5}},
      {{Period::minute, 7}, {Period::month, 90}},
      {{Period::hour, 20}, {Period::day, 30}, {Period::year, 300}},
      {{Period::second, 1.5}},
  }};
  for (int i = 0; i < 300'000; ++i) {
    if (rng.below(3) == 0) now += test::seconds{static_cast<std::int64_t>(rng.below(4))};
    if (rng.below(5000) == 0) now += test::hours{static_cast<std::int64_t>(rng.below(2000))};
    const std::uint64_t k = rng.below(rng.below(2) == 0 ? 5 : 3000);
    const auto asked = windows(instances[rng.below(4)], now);
    CAPTURE(i);
    REQUIRE(ask(store, {key(k), {}, asked}, now).passed == model.charge(k, asked));
  }
}

TEST_CASE("a cell's count stops at 2^53 instead of wrapping") {
  detail::Cell cell;
  cell.claim(key(1), kNow);
  cell.counts[model::index(Period::year)] = (std::uint64_t{1} << 53U) - 1;
  const auto asked = windows({{Period::year, 1e15}}, kNow);
  cell.add(asked);
  cell.add(asked);
  CHECK(cell.counts[model::index(Period::year)] == std::uint64_t{1} << 53U);
  Reading reading;
  cell.read(asked, reading);
  CHECK_FALSE(reading.passed);
}

}  // namespace
}  // namespace gw::limit
