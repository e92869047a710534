#include "replay/synced_store.h"

#include <chrono>
#include <cmath>
#include <cstdint>
#include <utility>
#include <vector>

namespace gw::replay {

SyncedStore::SyncedStore(limit::VirtualRedis& redis, double sync_rate_seconds)
    : redis_(redis),
      counters_(std::chrono::microseconds(
          static_cast<std::int64_t>(std::llround(sync_rate_seconds * 1e6)))) {}

Result<std::size_t> SyncedStore::charge(std::span<const limit::Charge> charges, WallTime now,
                                        std::span<limit::Reading> out) {
  auto answer = counters_.charge(charges, {}, now, out);
  if (answer.asked) return *answer.asked;
  std::vector<limit::Total> learnt;
  for (limit::CounterName& name : answer.missing) {
    const auto total = redis_.read(name.parts(), name.window, now);
    if (!total) return std::unexpected(total.error());
    learnt.push_back({std::move(name), *total});
  }
  answer = counters_.charge(charges, {learnt, answer.as_of}, now, out);
  if (answer.asked) return *answer.asked;
  return fail(ErrorCode::too_large, "sync_rate: too many counters at once");
}

void SyncedStore::sync(WallTime now) {
  const std::vector<limit::Delta> deltas = counters_.take(now);
  if (deltas.empty()) return;
  const std::span<const limit::Delta> all = deltas;
  if (redis_.add(deltas, now)) {
    counters_.finish(all, {}, now);
  } else {
    counters_.finish({}, all, now);
  }
}

}  // namespace gw::replay
