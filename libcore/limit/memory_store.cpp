#include "limit/memory_store.h"

#include <algorithm>
#include <bit>
#include <chrono>
#include <cstdint>
#include <vector>

#include "limit/shard.h"

// Layout: shards (a lock and a table each), chosen by bits of the fingerprint that the cells do not
// keep; in the table one 64-byte cell a key (cell.h, shard.h). A shard grows by itself, so nobody
// waits for more than the copying of one shard: 4,096 cells with the default bound.
//
// Full: a shard that may not grow any more is swept of expired keys, which suffices while fewer
// than half of its cells count anything. Else a new key takes the place of the one of 16 near its
// own that loses least: whose longest counting window is shortest, then whose count is smallest. So
// a flood of fresh keys displaces itself before it displaces a key that has used much of its month.
// Counts of all keys in the table are exact at any time.
//
// The bound is kept but for the one table that a growing shard is copied from.

namespace gw::limit {
namespace {

using detail::Cell;
using detail::Shard;

// Small tables get few shards, so that a shard is not full by bad luck; big ones get so many that
// copying one takes well below a millisecond.
std::size_t shard_count(std::size_t cells) {
  const std::size_t for_threads = std::min<std::size_t>(std::bit_floor(cells / 256), 1024);
  const std::size_t for_growth = std::min<std::size_t>(std::bit_floor(cells / 4096), 65536);
  return std::max({for_threads, for_growth, std::size_t{1}});
}

// Of one second, kept by each thread; -1 is asked for by nobody.
constinit thread_local Calendar cached{.now = WallSeconds{std::chrono::seconds{-1}}};

const Calendar& calendar_at(WallSeconds now) {
  now = std::max(now, WallSeconds{});
  if (cached.now != now) cached = Calendar::at(now);
  return cached;
}

}  // namespace

struct MemoryStore::State {
  explicit State(std::size_t max_bytes) : shards(shard_count(max_bytes / sizeof(Cell))) {
    const std::size_t cells = max_bytes / sizeof(Cell) / shards.size();
    // The shards' own headers count too.
    for (Shard& shard : shards) shard.set_max_cells(cells > 0 ? cells - 1 : 0);
  }

  Shard& shard(const Fingerprint& key) { return shards[(key.low >> 40U) & (shards.size() - 1)]; }

  std::vector<Shard> shards;  // a power of two
};

MemoryStore::MemoryStore(Options options) : state_(std::make_unique<State>(options.max_bytes)) {}
MemoryStore::~MemoryStore() = default;
MemoryStore::MemoryStore(MemoryStore&&) noexcept = default;
MemoryStore& MemoryStore::operator=(MemoryStore&&) noexcept = default;

std::size_t MemoryStore::charge(std::span<const Charge> charges, WallSeconds now,
                                std::span<Reading> out) noexcept {
  const Calendar& calendar = calendar_at(now);
  const std::size_t count = std::min(charges.size(), out.size());
  for (std::size_t i = 0; i < count; ++i) {
    state_->shard(charges[i].key).charge(charges[i], calendar, out[i]);
    if (!out[i].passed) return i + 1;
  }
  return count;
}

void MemoryStore::prefetch(const Fingerprint& key) const noexcept {
  state_->shard(key).prefetch(key);
}

MemoryStore::Stats MemoryStore::stats() const {
  Stats stats;
  stats.bytes = state_->shards.size() * sizeof(Shard);
  for (Shard& shard : state_->shards) {
    const Shard::Stats part = shard.stats();
    stats.keys += part.keys;
    stats.bytes += part.cells * sizeof(Cell);
    stats.evictions += part.evictions;
  }
  return stats;
}

}  // namespace gw::limit
