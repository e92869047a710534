#include "limit/virtual_store.h"

namespace gw::limit {
namespace {

std::unexpected<Error> down() {
  return fail(ErrorCode::unreachable,
              "redis: the simulated store is down; the scenario says `counters: down`");
}

}  // namespace

Result<std::size_t> VirtualRedis::charge(std::span<const Charge> charges, WallTime now,
                                         std::span<Reading> out) {
  if (!up_) return down();
  return keys_.charge(charges, now, out);
}

Result<std::uint64_t> VirtualRedis::read(const KeyParts& parts, const Window& window,
                                         WallTime now) {
  if (!up_) return down();
  return keys_.read(parts, window, now);
}

bool VirtualRedis::add(std::span<const Delta> deltas, WallTime now) {
  if (!up_) return false;
  for (const Delta& delta : deltas) {
    keys_.add(delta.counter.parts(), delta.counter.window, delta.count, now);
  }
  return true;
}

std::map<std::string, VirtualRedis::Entry> VirtualRedis::entries(WallTime now) const {
  return keys_.entries(now);
}

std::size_t KongLocalStore::charge(std::span<const Charge> charges, WallTime now,
                                   std::span<Reading> out) {
  return keys_.charge(charges, now, out);
}

}  // namespace gw::limit
