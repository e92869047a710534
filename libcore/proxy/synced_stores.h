// The counters of sync_rate of one process: shared by its workers, and kept from reload to reload.
#pragma once

#include <chrono>
#include <cmath>
#include <memory>
#include <mutex>
#include <vector>

#include "gateway/store.h"
#include "limit/synced_store.h"

namespace gw::proxy {

// Thread-safe.
class SyncedStores {
 public:
  [[nodiscard]] std::shared_ptr<limit::SyncedStore> of(const gateway::Store& store) {
    const std::lock_guard lock(mutex_);
    std::erase_if(entries_, [](const Entry& known) { return known.counters.expired(); });
    for (const Entry& known : entries_) {
      if (known.rate != store.sync_rate || !gateway::same_redis(known.redis, store.redis)) continue;
      if (auto counters = known.counters.lock()) return counters;
    }
    const std::chrono::microseconds rate(std::llround(store.sync_rate * 1e6));
    auto counters = std::make_shared<limit::SyncedStore>(rate);
    entries_.push_back({store.redis, store.sync_rate, counters});
    return counters;
  }

 private:
  struct Entry {
    model::RedisTarget redis;
    double rate;
    std::weak_ptr<limit::SyncedStore> counters;  // until no worker counts in it any more
  };
  std::mutex mutex_;
  std::vector<Entry> entries_;
};

}  // namespace gw::proxy
