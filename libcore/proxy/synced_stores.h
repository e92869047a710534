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
    for (const Entry& known : entries_) {
      if (known.rate == store.sync_rate && gateway::same_redis(known.redis, store.redis)) {
        return known.counters;
      }
    }
    const std::chrono::microseconds rate(std::llround(store.sync_rate * 1e6));
    entries_.push_back({store.redis, store.sync_rate, std::make_shared<limit::SyncedStore>(rate)});
    return entries_.back().counters;
  }

 private:
  struct Entry {
    model::RedisTarget redis;
    double rate;
    std::shared_ptr<limit::SyncedStore> counters;
  };
  std::mutex mutex_;
  std::vector<Entry> entries_;
};

}  // namespace gw::proxy
