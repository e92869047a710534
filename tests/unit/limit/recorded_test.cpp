// Answers of a real Kong (2.8.3 and 3.9.1), request by request: store and verdict together.

#include <chrono>
#include <cstdint>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "limit/memory_store.h"
#include "limit/verdict.h"
#include "limit/virtual_store.h"
#include "unit/limit/windows.h"

namespace gw::limit {
namespace {

struct Step {
  int ms;                         // after the group's start
  int status;                     // 200 or 429
  double limit;                   // RateLimit-Limit
  std::int64_t reset;             // RateLimit-Reset
  std::vector<double> remaining;  // X-RateLimit-Remaining-*, shorter first
};

struct Group {
  std::string_view name;
  std::string_view start;
  Counting how;
  std::vector<std::pair<Period, double>> limits;
  std::vector<Step> steps;
};

const std::vector<Group>& groups();

template <class Ask>
void play(const Group& group, const Ask& ask) {
  CAPTURE(group.name);
  for (const Step& step : group.steps) {
    CAPTURE(step.ms);
    // The requests reached Kong some 20 ms after their time.
    const WallTime now = test::at(group.start) + std::chrono::milliseconds{step.ms + 20};
    const auto asked = test::windows(group.limits, whole_seconds(now));
    const Charge charge{test::key(1), {"ratelimit", {}, {}, "127.0.0.1"}, asked, group.how};
    const Reading reading = ask(charge, now);
    const Verdict verdict = judge(asked, reading, whole_seconds(now));
    CHECK(reading.passed == (step.status == 200));
    CHECK(verdict.stopped == (step.status != 200));
    CHECK(asked[verdict.chosen].limit == step.limit);
    CHECK(verdict.reset == step.reset);
    for (std::size_t i = 0; i < asked.size(); ++i) {
      CAPTURE(i);
      CHECK(verdict.remaining[i] == step.remaining[i]);
    }
  }
}

TEST_CASE("the memory store answers as Kong did") {
  for (const Group& group : groups()) {
    MemoryStore store;
    play(group, [&](const Charge& charge, WallTime now) {
      return test::ask(store, charge, whole_seconds(now));
    });
  }
}

TEST_CASE("the virtual Redis answers as Kong did") {
  for (const Group& group : groups()) {
    VirtualRedis redis;
    play(group, [&](const Charge& charge, WallTime now) {
      Reading reading;
      const auto asked = redis.charge(std::span(&charge, 1), now, std::span(&reading, 1));
      REQUIRE(asked == 1);
      return reading;
    });
  }
}

TEST_CASE("Kong's local store answers as Kong did") {
  for (const Group& group : groups()) {
    KongLocalStore store;
    play(group, [&](const Charge& charge, WallTime now) { return test::ask(store, charge, now); });
  }
}

// clang-format off
const std::vector<Group>& groups() {
  static const std::vector<Group> recorded{
    {"2.8 rl-sec2min4-2024-02-29", "2024-02-29T23:59:57Z", Counting::if_all_pass,
     {{Period::second, 2}, {Period::minute, 4}},
     {
      {0, 200, 2, 1, {1, 3}},
      {700, 200, 2, 1, {0, 2}},
      {1400, 200, 4, 2, {1, 1}},
      {2100, 200, 4, 1, {1, 0}},
      {2800, 429, 4, 1, {1, 0}},
      {3500, 200, 2, 1, {1, 3}},
      {4200, 200, 2, 1, {1, 2}},
      {4900, 200, 2, 1, {0, 1}},
      {5600, 200, 4, 58, {1, 0}},
      {65000, 200, 2, 1, {1, 3}},
      {3700000, 200, 2, 1, {1, 3}},
     }},
    {"2.8 rl-month2-2024-02-29", "2024-02-29T23:59:57Z", Counting::if_all_pass,
     {{Period::month, 2}},
     {
      {0, 200, 2, 86403, {1}},
      {700, 200, 2, 86403, {0}},
      {1400, 429, 2, 86402, {0}},
      {2100, 429, 2, 86401, {0}},
      {2800, 429, 2, 86401, {0}},
      {3500, 200, 2, 2592000, {1}},
      {4200, 200, 2, 2591999, {0}},
      {4900, 429, 2, 2591999, {0}},
      {5600, 429, 2, 2591998, {0}},
      {65000, 429, 2, 2591938, {0}},
      {3700000, 429, 2, 2588303, {0}},
     }},
    {"2.8 rl-year2-2024-02-29", "2024-02-29T23:59:57Z", Counting::if_all_pass,
     {{Period::year, 2}},
     {
      {0, 200, 2, 26352003, {1}},
      {700, 200, 2, 26352003, {0}},
      {1400, 429, 2, 26352002, {0}},
      {2100, 429, 2, 26352001, {0}},
      {2800, 429, 2, 26352001, {0}},
      {3500, 429, 2, 26352000, {0}},
      {4200, 429, 2, 26351999, {0}},
      {4900, 429, 2, 26351999, {0}},
      {5600, 429, 2, 26351998, {0}},
      {65000, 429, 2, 26351938, {0}},
      {3700000, 429, 2, 26348303, {0}},
     }},
    {"2.8 rl-all-2024-02-29", "2024-02-29T23:59:57Z", Counting::if_all_pass,
     {{Period::second, 4}, {Period::minute, 5}, {Period::hour, 5}, {Period::day, 6}, {Period::month, 6}, {Period::year, 7}},
     {
      {0, 200, 4, 1, {3, 4, 4, 5, 5, 6}},
      {700, 200, 4, 1, {2, 3, 3, 4, 4, 5}},
      {1400, 200, 5, 2, {3, 2, 2, 3, 3, 4}},
      {2100, 200, 5, 1, {3, 1, 1, 2, 2, 3}},
      {2800, 200, 5, 1, {2, 0, 0, 1, 1, 2}},
      {3500, 200, 7, 26352000, {3, 4, 4, 5, 5, 1}},
      {4200, 200, 7, 26351999, {3, 3, 3, 4, 4, 0}},
      {4900, 429, 7, 26351999, {3, 3, 3, 4, 4, 0}},
      {5600, 429, 7, 26351998, {4, 3, 3, 4, 4, 0}},
      {65000, 429, 7, 26351938, {4, 5, 3, 4, 4, 0}},
      {3700000, 429, 7, 26348303, {4, 5, 5, 4, 4, 0}},
     }},
    {"2.8 rl-frac-2024-02-29", "2024-02-29T23:59:57Z", Counting::if_all_pass,
     {{Period::minute, 2.5}},
     {
      {0, 200, 2.5, 3, {1.5}},
      {700, 200, 2.5, 3, {0.5}},
      {1400, 200, 2.5, 2, {0}},
      {2100, 429, 2.5, 1, {0}},
      {2800, 429, 2.5, 1, {0}},
      {3500, 200, 2.5, 60, {1.5}},
      {4200, 200, 2.5, 59, {0.5}},
      {4900, 200, 2.5, 59, {0}},
      {5600, 429, 2.5, 58, {0}},
      {65000, 200, 2.5, 58, {1.5}},
      {3700000, 200, 2.5, 23, {1.5}},
     }},
    {"2.8 rl-tie-2024-02-29", "2024-02-29T23:59:57Z", Counting::if_all_pass,
     {{Period::minute, 3}, {Period::hour, 3}},
     {
      {0, 200, 3, 3, {2, 2}},
      {700, 200, 3, 3, {1, 1}},
      {1400, 200, 3, 2, {0, 0}},
      {2100, 429, 3, 1, {0, 0}},
      {2800, 429, 3, 1, {0, 0}},
      {3500, 200, 3, 3600, {2, 2}},
      {4200, 200, 3, 3599, {1, 1}},
      {4900, 200, 3, 3599, {0, 0}},
      {5600, 429, 3, 3598, {0, 0}},
      {65000, 429, 3, 3538, {3, 0}},
      {3700000, 200, 3, 3503, {2, 2}},
     }},
    {"3.9 redis-sec2min4", "2026-11-21T18:29:05Z", Counting::always,
     {{Period::second, 2}, {Period::minute, 4}},
     {
      {0, 200, 2, 1, {1, 3}},
      {700, 200, 2, 1, {0, 2}},
      {1400, 200, 4, 54, {1, 1}},
      {2100, 200, 4, 53, {1, 0}},
      {2800, 429, 4, 53, {1, 0}},
      {3500, 429, 4, 52, {2, 0}},
      {4200, 429, 4, 51, {2, 0}},
      {4900, 429, 4, 51, {1, 0}},
      {5600, 429, 4, 50, {2, 0}},
      {65000, 200, 2, 1, {1, 3}},
     }},
    {"3.9 redis-all", "2026-11-21T18:29:05Z", Counting::always,
     {{Period::second, 4}, {Period::minute, 5}, {Period::hour, 5}, {Period::day, 6}, {Period::month, 6}, {Period::year, 7}},
     {
      {0, 200, 4, 1, {3, 4, 4, 5, 5, 6}},
      {700, 200, 4, 1, {2, 3, 3, 4, 4, 5}},
      {1400, 200, 5, 1854, {3, 2, 2, 3, 3, 4}},
      {2100, 200, 5, 1853, {3, 1, 1, 2, 2, 3}},
      {2800, 200, 5, 1853, {2, 0, 0, 1, 1, 2}},
      {3500, 429, 5, 1852, {4, 0, 0, 1, 1, 2}},
      {4200, 429, 6, 797451, {4, 0, 0, 0, 0, 1}},
      {4900, 429, 7, 3475851, {3, 0, 0, 0, 0, 0}},
      {5600, 429, 7, 3475850, {4, 0, 0, 0, 0, 0}},
      {65000, 429, 7, 3475790, {4, 5, 0, 0, 0, 0}},
     }},
    {"3.9 redis-frac", "2026-11-21T18:29:05Z", Counting::always,
     {{Period::minute, 2.5}},
     {
      {0, 200, 2.5, 55, {1.5}},
      {700, 200, 2.5, 55, {0.5}},
      {1400, 200, 2.5, 54, {0}},
      {2100, 429, 2.5, 53, {0}},
      {2800, 429, 2.5, 53, {0}},
      {3500, 429, 2.5, 52, {0}},
      {4200, 429, 2.5, 51, {0}},
      {4900, 429, 2.5, 51, {0}},
      {5600, 429, 2.5, 50, {0}},
      {65000, 200, 2.5, 50, {1.5}},
     }},
  };
  return recorded;
}
// clang-format on

}  // namespace
}  // namespace gw::limit
