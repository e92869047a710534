#include "replay/node.h"

#include <tuple>
#include <utility>

namespace gw::replay {

std::size_t Node::charge_local(gateway::CountingMode mode, std::span<const limit::Charge> charges,
                               WallTime now, std::span<limit::Reading> out) {
  if (mode == gateway::CountingMode::kong) {
    if (!kong_) kong_ = std::make_unique<limit::KongLocalStore>();
    return kong_->charge(charges, now, out);
  }
  if (!memory_) memory_ = std::make_unique<limit::MemoryStore>();
  return memory_->charge(charges, whole_seconds(now), out);
}

SyncedStore& Node::synced(limit::VirtualRedis& redis, double sync_rate) {
  const auto key = std::pair{static_cast<const limit::VirtualRedis*>(&redis), sync_rate};
  return synced_.try_emplace(key, redis, sync_rate).first->second;
}

}  // namespace gw::replay
