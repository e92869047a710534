// The simulator's stores: Redis as Kong uses it, and Kong's own local counters. Not thread-safe.
#pragma once

#include <cstdint>
#include <map>
#include <span>
#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "limit/charge.h"
#include "limit/key_space.h"
#include "limit/synced_store.h"

namespace gw::limit {

// Redis in virtual time: keys with value and expiry, counted as the level does it.
// It does what the one script of the redis policy does on a real server, on the same keys.
class VirtualRedis {
 public:
  using Entry = KeySpace::Entry;
  // Down: every charge fails with ErrorCode::unreachable.
  void set_up(bool up) { up_ = up; }
  // As MemoryStore::charge; Counting::always increments every window of a charge that is reached.
  [[nodiscard]] Result<std::size_t> charge(std::span<const Charge> charges, WallTime now,
                                           std::span<Reading> out);
  // For sync_rate: one counter, and what was counted elsewhere. false: down, nothing was added.
  [[nodiscard]] Result<std::uint64_t> read(const KeyParts& parts, const Window& window,
                                           WallTime now);
  [[nodiscard]] bool add(std::span<const Delta> deltas, WallTime now);
  // What lives at `now`, by key (see counter_key).
  [[nodiscard]] std::map<std::string, Entry> entries(WallTime now) const;

 private:
  bool up_ = true;
  KeySpace keys_{KeySpace::Life::whole_window};
};

// Kong's local policy to the letter (`counting: kong`): a counter lives W seconds from its first
// increment, so a month's counter dies inside a 31-day month (kong-behaviour.md 1.7).
class KongLocalStore {
 public:
  std::size_t charge(std::span<const Charge> charges, WallTime now, std::span<Reading> out);

 private:
  KeySpace keys_{KeySpace::Life::nominal};
};

}  // namespace gw::limit
