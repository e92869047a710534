// One simulated node's side of a redis policy with sync_rate: its counters, and the simulated Redis
// that they are read from and pushed to.
#pragma once

#include <cstddef>
#include <optional>
#include <span>

#include "base/clock.h"
#include "base/result.h"
#include "limit/charge.h"
#include "limit/synced_store.h"
#include "limit/virtual_store.h"

namespace gw::replay {

// Not thread-safe. `redis` outlives it.
class SyncedStore {
 public:
  SyncedStore(limit::VirtualRedis& redis, double sync_rate_seconds);

  // As MemoryStore::charge; an Error: a key was asked for first while Redis is down.
  [[nodiscard]] Result<std::size_t> charge(std::span<const limit::Charge> charges, WallTime now,
                                           std::span<limit::Reading> out);
  // When deltas have to be pushed; nullopt: there are none.
  [[nodiscard]] std::optional<WallTime> due() const { return counters_.due(); }
  // Pushes them. While Redis is down they stay for the next time.
  void sync(WallTime now);

 private:
  limit::VirtualRedis& redis_;
  limit::SyncedStore counters_;
};

}  // namespace gw::replay
