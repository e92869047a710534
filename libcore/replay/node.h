// One gateway node of a scenario: what it keeps between requests and shares with no other node.
#pragma once

#include <cstddef>
#include <map>
#include <memory>
#include <span>

#include "base/clock.h"
#include "base/result.h"
#include "gateway/balancer.h"
#include "gateway/exchange.h"
#include "gateway/snapshot.h"
#include "limit/memory_store.h"
#include "limit/virtual_store.h"
#include "replay/synced_store.h"

namespace gw::replay {

class Node {
 public:
  [[nodiscard]] gateway::Balancers& balancers() { return balancers_; }

  // Counters of policy local: exact, or as Kong's own dictionary behaves.
  [[nodiscard]] std::size_t charge_local(gateway::CountingMode mode,
                                         std::span<const limit::Charge> charges, WallTime now,
                                         std::span<limit::Reading> out);
  // The counters of a redis policy with sync_rate.
  [[nodiscard]] SyncedStore& synced(limit::VirtualRedis& redis, double sync_rate);

  using SyncedStores = std::map<std::pair<const limit::VirtualRedis*, double>, SyncedStore>;
  [[nodiscard]] SyncedStores& synced_stores() { return synced_; }

 private:
  gateway::Balancers balancers_;
  // Made when first needed: most scenarios use one of them.
  std::unique_ptr<limit::MemoryStore> memory_;
  std::unique_ptr<limit::KongLocalStore> kong_;
  SyncedStores synced_;
};

}  // namespace gw::replay
