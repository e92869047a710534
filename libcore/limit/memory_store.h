// Counters in memory: exact under any concurrency, bounded, shared by all threads.
#pragma once

#include <cstddef>
#include <memory>
#include <span>

#include "base/clock.h"
#include "limit/charge.h"

namespace gw::limit {

// Thread-safe. Check and count of one Charge are one atomic step. See memory_store.cpp for the
// layout and for what happens when the table is full.
class MemoryStore {
 public:
  struct Options {
    std::size_t max_bytes = std::size_t{256} * 1024 * 1024;  // 4 million cells, 3 million keys
  };
  MemoryStore() : MemoryStore(Options{}) {}
  explicit MemoryStore(Options options);
  ~MemoryStore();
  MemoryStore(MemoryStore&&) noexcept;
  MemoryStore& operator=(MemoryStore&&) noexcept;

  // Asks the charges in order, stops after the first that does not pass; returns how many
  // readings were written. out.size() >= charges.size().
  std::size_t charge(std::span<const Charge> charges, WallSeconds now,
                     std::span<Reading> out) noexcept;

  // Brings the cell of `key` near: called once the identifier is known, before the decision.
  void prefetch(const Fingerprint& key) const noexcept;

  struct Stats {
    std::size_t keys = 0;
    std::size_t bytes = 0;
    std::size_t evictions = 0;  // live counters given up because the table was full
  };
  [[nodiscard]] Stats stats() const;

 private:
  struct State;
  std::unique_ptr<State> state_;
};

}  // namespace gw::limit
