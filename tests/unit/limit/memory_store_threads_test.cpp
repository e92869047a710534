#include <array>
#include <atomic>
#include <barrier>
#include <cstdint>
#include <thread>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "limit/memory_store.h"
#include "unit/limit/windows.h"

namespace gw::limit {
namespace {

using test::key;
using test::windows;

const WallSeconds kNow = test::second_of("2026-11-21T10:00:30Z");
constexpr int kThreads = 8;

// Runs `work(thread, round)` in all threads at once, round after round, and `check(round)` between.
template <class Work, class Check>
void in_rounds(int rounds, const Work& work, const Check& check) {
  int round = 0;
  std::barrier start(kThreads);
  std::barrier done(kThreads, [&]() noexcept { check(round++); });
  std::vector<std::jthread> threads;
  threads.reserve(kThreads);
  for (int t = 0; t < kThreads; ++t) {
    threads.emplace_back([&, t] {
      for (int r = 0; r < rounds; ++r) {
        start.arrive_and_wait();
        work(t, r);
        done.arrive_and_wait();
      }
    });
  }
}

TEST_CASE("of many threads that ask at once exactly the limit passes") {
  constexpr int kLimit = 100;
  constexpr int kRounds = 300;
  MemoryStore store;
  const auto asked = windows({{Period::minute, kLimit}, {Period::day, 1e6}}, kNow);
  std::atomic<int> passed = 0;
  std::vector<int> per_round;
  in_rounds(
      kRounds,
      [&](int, int round) {
        const Charge charge{key(static_cast<std::uint64_t>(round)), {}, asked};
        for (int i = 0; i < kLimit / 4; ++i) {
          if (test::ask(store, charge, kNow).passed) ++passed;
        }
      },
      [&](int) { per_round.push_back(passed.exchange(0)); });
  CHECK(per_round == std::vector<int>(kRounds, kLimit));
}

TEST_CASE("with several charges each limit is met exactly and none is passed over") {
  constexpr int kRounds = 200;
  constexpr int kFirst = 120;
  constexpr int kSecond = 50;
  MemoryStore store;
  const auto first = windows({{Period::second, 1e6}, {Period::hour, kFirst}}, kNow);
  const auto second = windows({{Period::hour, kSecond}, {Period::month, 1e6}}, kNow);
  std::atomic<int> both = 0;
  std::atomic<int> only_first = 0;
  std::vector<std::pair<int, int>> per_round;
  in_rounds(
      kRounds,
      [&](int, int round) {
        const auto k = static_cast<std::uint64_t>(round) * 2;
        const std::array charges{Charge{key(k), {}, first}, Charge{key(k + 1), {}, second}};
        std::array<Reading, 2> readings;
        for (int i = 0; i < 25; ++i) {
          const std::size_t asked = store.charge(charges, kNow, readings);
          if (asked < 2) continue;
          ++(readings[1].passed ? both : only_first);
        }
      },
      [&](int) { per_round.emplace_back(both.exchange(0), only_first.exchange(0)); });
  CHECK(per_round == std::vector<std::pair<int, int>>(kRounds, {kSecond, kFirst - kSecond}));
}

TEST_CASE("threads that grow the table, prefetch and ask for figures lose no count") {
  constexpr int kRounds = 5;
  constexpr std::uint64_t kKeys = 4000;
  MemoryStore store;
  const auto asked = windows({{Period::hour, 1e6}}, kNow);
  in_rounds(
      kRounds,
      [&](int thread, int) {
        for (std::uint64_t i = 0; i < kKeys; ++i) {
          const Fingerprint k = key((i + static_cast<std::uint64_t>(thread) * 500) % kKeys);
          store.prefetch(k);
          test::ask(store, {k, {}, asked}, kNow);
        }
        static_cast<void>(store.stats());
      },
      [](int) {});
  CHECK(store.stats().keys == kKeys);
  std::size_t wrong = 0;
  for (std::uint64_t i = 0; i < kKeys; ++i) {
    const Charge read{key(i), {}, asked, Counting::read_only};
    const auto used = test::ask(store, read, kNow).used_before[model::index(Period::hour)];
    wrong += used == std::uint64_t{kThreads} * kRounds ? 0 : 1;
  }
  CHECK(wrong == 0);
}

TEST_CASE("threads on both sides of a minute's end pass no limit over") {
  constexpr int kRounds = 200;
  constexpr int kLimit = 20;
  const WallSeconds after = test::second_of("2026-11-21T10:01:00Z");
  const WallSeconds before = after - test::seconds{1};
  const auto old_window = windows({{Period::minute, kLimit}}, before);
  const auto new_window = windows({{Period::minute, kLimit}}, after);
  MemoryStore store;
  std::atomic<int> passed = 0;
  std::vector<int> per_round;
  in_rounds(
      kRounds,
      [&](int thread, int round) {
        const bool is_late = thread % 2 != 0;
        const Fingerprint k = key(static_cast<std::uint64_t>(round));
        for (int i = 0; i < kLimit; ++i) {
          const Charge charge{k, {}, is_late ? new_window : old_window};
          if (test::ask(store, charge, is_late ? after : before).passed) ++passed;
        }
      },
      [&](int) { per_round.push_back(passed.exchange(0)); });
  for (const int sum : per_round) {
    // The new window's limit for certain, and of the old one what came before the first late one.
    CHECK(sum >= kLimit);
    CHECK(sum <= 2 * kLimit);
  }
}

}  // namespace
}  // namespace gw::limit
