// What one limiter decision costs: three windows (minute, hour, day), keys in random order.
//
// Aims on one core: 30 ns over 1,000 keys, 170 ns over a million (one bare cache miss is 200).

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include <benchmark/benchmark.h>

#include "base/rng.h"
#include "base/uuid.h"
#include "limit/fingerprint.h"
#include "limit/memory_store.h"
#include "limit/verdict.h"
#include "limit/virtual_store.h"
#include "limit/window.h"

namespace gw::limit {
namespace {

constexpr WallSeconds kStart{std::chrono::seconds{1795285845}};  // 2026-11-21T18:30:45Z
constexpr std::size_t kAsked = std::size_t{1} << 20U;            // requests before they repeat

std::array<Window, 3> windows_at(const Calendar& calendar) {
  const auto window = [&](Period p) {
    return Window{p, calendar.start[model::index(p)], calendar.end[model::index(p)], 1e12};
  };
  return {window(Period::minute), window(Period::hour), window(Period::day)};
}

struct Identifier {
  char text[36];
  [[nodiscard]] std::string_view str() const { return {text, sizeof text}; }
};

// In the order of the requests.
std::vector<Identifier> identifiers(std::size_t keys) {
  Rng rng(1);
  std::vector<Identifier> all(keys);
  for (Identifier& id : all) Uuid::v4(rng).write(id.text);
  std::vector<Identifier> asked;
  asked.reserve(kAsked);
  for (std::size_t i = 0; i < kAsked; ++i) asked.push_back(all[rng.below(keys)]);
  return asked;
}

std::vector<Fingerprint> fingerprints(std::size_t keys) {
  const KeySeed seed = seed_key("ratelimit", {}, {});
  std::vector<Fingerprint> asked;
  asked.reserve(kAsked);
  for (const Identifier& id : identifiers(keys)) asked.push_back(fingerprint(seed, id.str()));
  return asked;
}

void calendar_lookup(benchmark::State& state) {
  WallSeconds now = kStart;
  for (auto _ : state) {
    benchmark::DoNotOptimize(Calendar::at(now));
    now += std::chrono::seconds{1};
  }
}
BENCHMARK(calendar_lookup);

void fingerprint_of_36_bytes(benchmark::State& state) {
  const KeySeed seed = seed_key("ratelimit", {}, {});
  const auto ids = identifiers(1000);
  std::size_t i = 0;
  for (auto _ : state) {
    benchmark::DoNotOptimize(fingerprint(seed, ids[i].str()));
    i = (i + 1) % 1000;
  }
}
BENCHMARK(fingerprint_of_36_bytes);

void verdict_of_three_windows(benchmark::State& state) {
  const auto windows = windows_at(Calendar::at(kStart));
  Reading reading;
  for (auto _ : state) {
    ++reading.used_before[1];
    benchmark::DoNotOptimize(judge(windows, reading, kStart));
  }
}
BENCHMARK(verdict_of_three_windows);

void charge_three_windows(benchmark::State& state) {
  const auto asked = fingerprints(static_cast<std::size_t>(state.range(0)));
  const auto windows = windows_at(Calendar::at(kStart));
  MemoryStore store;
  Reading reading;
  const auto charge = [&](const Fingerprint& key) {
    const Charge one{key, {}, windows};
    benchmark::DoNotOptimize(store.charge(std::span(&one, 1), kStart, std::span(&reading, 1)));
  };
  for (const Fingerprint& key : asked) charge(key);
  std::size_t i = 0;
  for (auto _ : state) {
    charge(asked[i]);
    i = (i + 1) % kAsked;
  }
}
BENCHMARK(charge_three_windows)->Arg(1000)->Arg(1000000);

// All of it, with the time moving a second every 10,000 requests. Prefetched: as an Exchange does
// it, the key's cell is called for some work (here: 16 requests) ahead.
template <bool kPrefetched>
void decision(benchmark::State& state) {
  const KeySeed seed = seed_key("ratelimit", {}, {});
  const auto ids = identifiers(static_cast<std::size_t>(state.range(0)));
  MemoryStore store;
  Reading reading;
  std::array<Fingerprint, 16> ahead{};
  std::size_t i = 0;
  WallSeconds now = kStart;
  Calendar calendar = Calendar::at(now);
  const auto decide = [&] {
    const Fingerprint fresh = fingerprint(seed, ids[i % kAsked].str());
    Fingerprint& slot = ahead[i % ahead.size()];
    const Fingerprint key = kPrefetched ? slot : fresh;
    if constexpr (kPrefetched) {
      slot = fresh;
      store.prefetch(fresh);
    }
    if (++i % 10000 == 0) now += std::chrono::seconds{1};
    if (calendar.now != now) calendar = Calendar::at(now);
    const auto windows = windows_at(calendar);
    const Charge one{key, {}, windows};
    store.charge(std::span(&one, 1), now, std::span(&reading, 1));
    benchmark::DoNotOptimize(judge(windows, reading, now));
  };
  for (std::size_t n = 0; n < kAsked; ++n) decide();
  for (auto _ : state) decide();
}
BENCHMARK(decision<false>)->Arg(1000)->Arg(1000000);
BENCHMARK(decision<true>)->Arg(1000)->Arg(1000000);

void virtual_redis_charge(benchmark::State& state) {
  const auto ids = identifiers(static_cast<std::size_t>(state.range(0)));
  const auto windows = windows_at(Calendar::at(kStart));
  VirtualRedis redis;
  Reading reading;
  std::size_t i = 0;
  for (auto _ : state) {
    const Charge one{{}, {"ratelimit", {}, {}, ids[i].str()}, windows, Counting::always};
    benchmark::DoNotOptimize(redis.charge(std::span(&one, 1), kStart, std::span(&reading, 1)));
    i = (i + 1) % kAsked;
  }
}
BENCHMARK(virtual_redis_charge)->Arg(1000)->Arg(100000);

}  // namespace
}  // namespace gw::limit
