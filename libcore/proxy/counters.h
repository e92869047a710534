// Where limits are counted: the seam between a request and its store.
#pragma once

#include <span>

#include "base/clock.h"
#include "base/result.h"
#include "gateway/exchange.h"
#include "limit/charge.h"
#include "limit/memory_store.h"

namespace gw::proxy {

class Counters {
 public:
  Counters() = default;
  Counters(const Counters&) = delete;
  Counters& operator=(const Counters&) = delete;
  virtual ~Counters() = default;

  // How many of `charges` were reached; their readings are in `out`. An Error: `store` did not
  // answer.
  [[nodiscard]] virtual Result<std::size_t> charge(const gateway::Store& store,
                                                   std::span<const limit::Charge> charges,
                                                   WallTime now, std::span<limit::Reading> out) = 0;
};

// In this process, for all workers together, whatever store was asked for. Thread-safe. Survives
// reloads: counters of keys that stay go on.
class MemoryCounters final : public Counters {
 public:
  [[nodiscard]] Result<std::size_t> charge(const gateway::Store& /*store*/,
                                           std::span<const limit::Charge> charges, WallTime now,
                                           std::span<limit::Reading> out) override {
    return memory_.charge(charges, whole_seconds(now), out);
  }
  [[nodiscard]] limit::MemoryStore::Stats stats() const { return memory_.stats(); }

 private:
  limit::MemoryStore memory_;
};

}  // namespace gw::proxy
