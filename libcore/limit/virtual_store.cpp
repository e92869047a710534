#include "limit/virtual_store.h"

namespace gw::limit {

Result<std::size_t> VirtualRedis::charge(std::span<const Charge> charges, WallTime now,
                                         std::span<Reading> out) {
  if (!up_) {
    return fail(ErrorCode::unreachable,
                "redis: the simulated store is down; the scenario says `counters: down`");
  }
  return keys_.charge(charges, now, out);
}

std::map<std::string, VirtualRedis::Entry> VirtualRedis::entries(WallTime now) const {
  return keys_.entries(now);
}

std::size_t KongLocalStore::charge(std::span<const Charge> charges, WallTime now,
                                   std::span<Reading> out) {
  return keys_.charge(charges, now, out);
}

}  // namespace gw::limit
