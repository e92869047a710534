// One node's side of a redis policy with sync_rate: counts in memory, pushed now and then.
//
// As Kong 3.4 and later do it (kong-behaviour.md 1.6 and 1.7): the first read of a key asks Redis,
// what follows is counted here; sync_rate after the first increment the deltas are added to Redis
// and the cache is dropped, so that the next read sees what the other nodes added.
#pragma once

#include <chrono>
#include <cstddef>
#include <map>
#include <optional>
#include <span>
#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "limit/charge.h"
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
  [[nodiscard]] std::optional<WallTime> due() const { return due_; }
  // Pushes them. While Redis is down they stay for the next time.
  void sync(WallTime now);

 private:
  struct Cell {
    std::string identifier;  // owns what parts.identifier views
    limit::KeyParts parts;
    limit::Window window;
    std::uint64_t seen = 0;   // in Redis when it was asked
    std::uint64_t delta = 0;  // counted here since
  };
  [[nodiscard]] Result<Cell*> cell(const limit::Charge& charge, const limit::Window& window,
                                   WallTime now);
  [[nodiscard]] Result<bool> read(const limit::Charge& charge, WallTime now, limit::Reading& out);
  [[nodiscard]] bool push(const Cell& cell, WallTime now);

  limit::VirtualRedis& redis_;
  std::chrono::microseconds rate_;
  std::map<std::string, Cell> cells_;
  std::vector<Cell*> touched_;  // of the charge at hand
  std::optional<WallTime> due_;
};

}  // namespace gw::replay
