// sync_rate: counters in memory whose deltas go to a shared store now and then; no I/O.
//
// As Kong 3.4 and later do it (kong-behaviour.md 1.6 and 1.7): the first read of a counter asks the
// shared store, what follows is counted here; sync_rate after the first of these the deltas are
// added there and what was known is dropped, so that the next read sees what other nodes added.
//
// How far N nodes may pass a limit together: each sees the others' requests no later than two
// sync_rates after they passed. So at most (N - 1) x limit more in a window, and no more than the
// other nodes let through in two sync_rates.
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <functional>
#include <mutex>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/clock.h"
#include "limit/charge.h"
#include "limit/window.h"

namespace gw::limit {

// One window's counter, by what it is called in the shared store; owns its text.
struct CounterName {
  CounterName(const KeyParts& parts, const Window& of);
  [[nodiscard]] KeyParts parts() const { return {prefix, route, service, identifier}; }

  std::string prefix;
  Uuid route;
  Uuid service;
  std::string identifier;
  Window window;
};

struct Delta {
  CounterName counter;
  std::uint64_t count = 0;
};

struct Total {
  CounterName counter;
  std::uint64_t count = 0;
};

// Thread-safe: one for all workers of a node.
class SyncedStore {
 public:
  // Counters held at most; then no new ones are taken until the next push.
  static constexpr std::size_t kMostCounters = 1'000'000;

  explicit SyncedStore(std::chrono::microseconds rate) : rate_(rate) {}

  struct Answer {
    // As MemoryStore::charge; nullopt: `missing` must be read from the shared store first, and
    // handed in with `as_of`. None is missing: the table is full.
    std::optional<std::size_t> asked;
    std::vector<CounterName> missing;
    std::uint64_t as_of = 0;  // pushes before it
  };
  // What was read before a push has ended is of no use after it: then it is missing again.
  struct Learnt {
    std::span<const Total> totals;
    std::uint64_t as_of = 0;
  };
  [[nodiscard]] Answer charge(std::span<const Charge> charges, const Learnt& learnt, WallTime now,
                              std::span<Reading> out);

  // When the next push has to be made; nullopt: nothing is known here, or one is under way.
  [[nodiscard]] std::optional<WallTime> due() const;
  // What to push; none when it is not due. Any others: tell by finish() what became of them.
  [[nodiscard]] std::vector<Delta> take(WallTime now);
  // Those that did not arrive are tried again after another sync_rate, but for windows long gone.
  void finish(std::span<const Delta> arrived, std::span<const Delta> lost, WallTime now);

 private:
  struct Cell {
    std::optional<std::uint64_t> seen;  // in the shared store when it was asked
    std::uint64_t pushing = 0;
    std::uint64_t delta = 0;  // counted here since
    [[nodiscard]] std::uint64_t used() const { return *seen + pushing + delta; }
  };
  struct Hash {
    using is_transparent = void;
    std::size_t operator()(std::string_view key) const {
      return std::hash<std::string_view>{}(key);
    }
  };
  struct Entry {
    CounterName name;
    Cell cell;
  };
  using Counters = std::unordered_map<std::string, Entry, Hash, std::equal_to<>>;

  void learn(const Total& total, WallTime now);
  [[nodiscard]] Cell* find(const Charge& charge, const Window& window);
  [[nodiscard]] bool charge_one(const Charge& charge, Reading& out);
  void settle(const Delta& delta, bool arrived, WallTime now);

  const std::chrono::microseconds rate_;
  mutable std::mutex mutex_;
  std::string key_;  // the one being looked up; kept for its capacity
  Counters counters_;
  std::optional<WallTime> due_;
  bool pushing_ = false;
  std::uint64_t pushes_ = 0;  // that have ended
};

}  // namespace gw::limit
