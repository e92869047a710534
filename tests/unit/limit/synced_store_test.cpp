#include "limit/synced_store.h"

#include <array>
#include <atomic>
#include <chrono>
#include <thread>
#include <vector>

#include <doctest/doctest.h>

#include "unit/limit/windows.h"

namespace gw::limit {
namespace {

using namespace std::chrono_literals;

const WallTime kNow = test::at("2024-01-01T00:00:10Z");
const std::vector<Window> kMinute = test::windows({{Period::minute, 3}}, whole_seconds(kNow));

Charge charge_of(std::string_view who = "a") {
  return {.key = {}, .parts = {"ratelimit", {}, {}, who}, .windows = kMinute};
}

struct Node {
  SyncedStore store{1s};
  std::array<Reading, 1> out;

  SyncedStore::Answer ask(const SyncedStore::Learnt& learnt = {}, WallTime now = kNow) {
    const Charge charge = charge_of();
    return store.charge(std::span(&charge, 1), learnt, now, out);
  }
  // As a driver does it: what is missing is `total` in the shared store.
  bool passes(std::uint64_t total) {
    auto answer = ask();
    if (!answer.asked) {
      std::vector<Total> learnt;
      for (const CounterName& name : answer.missing) learnt.push_back({name, total});
      answer = ask({learnt, answer.as_of});
    }
    REQUIRE(answer.asked == 1);
    return out[0].passed;
  }
};

}  // namespace

TEST_CASE("a counter that is not known is asked for once, then counted here") {
  Node node;
  const auto first = node.ask();
  CHECK_FALSE(first.asked.has_value());
  REQUIRE(first.missing.size() == 1);
  CHECK(first.missing[0].identifier == "a");
  CHECK(node.passes(1));
  CHECK(node.passes(99));  // 99 is not asked for: it is known
  CHECK_FALSE(node.passes(99));
  CHECK(node.out[0].used_before[model::index(Period::minute)] == 3);
}

TEST_CASE("a refused request leaves nothing to push, and what was learnt is dropped all the same") {
  Node node;
  CHECK_FALSE(node.passes(3));
  REQUIRE(node.store.due() == kNow + 1s);
  CHECK(node.store.take(kNow + 1s).empty());
  CHECK_FALSE(node.store.due().has_value());
  CHECK(node.ask().missing.size() == 1);
}

TEST_CASE("what is counted while a push is under way goes out with the next one") {
  Node node;
  CHECK(node.passes(0));
  CHECK(node.store.take(kNow).empty());  // not due
  const auto pushed = node.store.take(kNow + 1s);
  REQUIRE(pushed.size() == 1);
  CHECK(pushed[0].count == 1);
  CHECK_FALSE(node.store.due().has_value());
  CHECK(node.passes(99));
  CHECK(node.out[0].used_before[model::index(Period::minute)] == 1);
  node.store.finish(pushed, {}, kNow + 1s);
  const auto answer = node.ask({}, kNow + 1s);
  REQUIRE(answer.missing.size() == 1);
  CHECK(node.passes(1));  // the one that was pushed; the other is still here
  CHECK(node.out[0].used_before[model::index(Period::minute)] == 2);
  const auto next = node.store.take(*node.store.due());
  REQUIRE(next.size() == 1);
  CHECK(next[0].count == 2);
}

TEST_CASE("a push that did not arrive is made again, but not long after its window") {
  Node node;
  CHECK(node.passes(0));
  const auto lost = node.store.take(kNow + 1s);
  node.store.finish({}, lost, kNow + 1s);
  CHECK(node.store.due() == kNow + 2s);
  const auto again = node.store.take(kNow + 2s);
  REQUIRE(again.size() == 1);
  CHECK(again[0].count == 1);
  node.store.finish({}, again, kNow + 1h);
  CHECK(node.store.take(kNow + 2h).empty());
}

TEST_CASE("what was read before a push has ended is read again after it") {
  Node node;
  const auto early = node.ask();
  const Total stale{early.missing.at(0), 0};
  CHECK(node.passes(0));
  const auto deltas = node.store.take(kNow + 1s);
  node.store.finish(deltas, {}, kNow + 1s);
  CHECK_FALSE(node.ask({std::span(&stale, 1), early.as_of}).asked.has_value());
}

TEST_CASE("all charges are known before any is counted, and after a refusal the rest is not") {
  SyncedStore store(1s);
  const auto tight = test::windows({{Period::minute, 1}}, whole_seconds(kNow));
  Charge first = charge_of("first");
  first.windows = tight;
  const std::array charges{first, charge_of("second")};
  std::array<Reading, 2> out;
  const auto unknown = store.charge(charges, {}, kNow, out);
  REQUIRE(unknown.missing.size() == 2);
  const std::vector<Total> learnt{{unknown.missing[0], 0}, {unknown.missing[1], 0}};
  CHECK(store.charge(charges, {learnt, unknown.as_of}, kNow, out).asked == 2);
  CHECK(store.charge(charges, {}, kNow, out).asked == 1);
  const auto deltas = store.take(kNow + 1s);
  REQUIRE(deltas.size() == 2);
  CHECK(deltas[0].count == 1);
  CHECK(deltas[1].count == 1);
}

TEST_CASE("workers that count together pass exactly as many as one, also while pushes are made") {
  constexpr std::uint64_t kLimit = 2000;
  SyncedStore store(1us);
  const auto windows = test::windows({{Period::minute, kLimit}}, whole_seconds(kNow));
  std::atomic<std::uint64_t> shared{0};  // what has been pushed
  std::atomic<std::uint64_t> passed{0};
  const auto work = [&](bool pushes) {
    Charge charge = charge_of();
    charge.windows = windows;
    std::array<Reading, 1> out;
    for (std::uint64_t i = 0; i < kLimit; ++i) {
      auto answer = store.charge(std::span(&charge, 1), {}, kNow, out);
      while (!answer.asked) {
        const Total total{answer.missing.at(0), shared.load()};
        answer =
            store.charge(std::span(&charge, 1), {std::span(&total, 1), answer.as_of}, kNow, out);
      }
      if (out[0].passed) ++passed;
      if (!pushes) continue;
      const auto deltas = store.take(kNow + 1s);
      for (const Delta& delta : deltas) shared += delta.count;
      if (!deltas.empty()) store.finish(deltas, {}, kNow);
    }
  };
  {
    std::vector<std::jthread> workers;
    for (int i = 0; i < 4; ++i) workers.emplace_back(work, i == 0);
  }
  CHECK(passed == kLimit);
}

}  // namespace gw::limit
