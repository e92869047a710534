#include "replay/synced_store.h"

#include <array>
#include <cmath>

namespace gw::replay {
namespace {

limit::Charge single(const limit::KeyParts& parts, const limit::Window& window,
                     limit::Counting how) {
  return {.key = {}, .parts = parts, .windows = std::span(&window, 1), .how = how};
}

}  // namespace

SyncedStore::SyncedStore(limit::VirtualRedis& redis, double sync_rate_seconds)
    : redis_(redis), rate_(static_cast<std::int64_t>(std::llround(sync_rate_seconds * 1e6))) {}

Result<std::size_t> SyncedStore::charge(std::span<const limit::Charge> charges, WallTime now,
                                        std::span<limit::Reading> out) {
  std::size_t written = 0;
  for (const limit::Charge& charge : charges) {
    const auto passed = read(charge, now, out[written]);
    if (!passed) return std::unexpected(passed.error());
    ++written;
    if (!*passed) break;
    for (Cell* cell : touched_) ++cell->delta;
    if (!due_ && !touched_.empty()) due_ = now + rate_;
  }
  return written;
}

Result<bool> SyncedStore::read(const limit::Charge& charge, WallTime now, limit::Reading& out) {
  touched_.clear();
  out = {};
  for (const limit::Window& window : charge.windows) {
    const auto found = cell(charge, window, now);
    if (!found) return std::unexpected(found.error());
    const std::uint64_t used = (*found)->seen + (*found)->delta;
    out.used_before[model::index(window.period)] = used;
    if (static_cast<double>(used) >= window.limit) out.passed = false;
    touched_.push_back(*found);
  }
  return out.passed;
}

Result<SyncedStore::Cell*> SyncedStore::cell(const limit::Charge& charge,
                                             const limit::Window& window, WallTime now) {
  std::string key = limit::counter_key(charge.parts, window);
  const auto known = cells_.find(key);
  if (known != cells_.end()) return &known->second;
  std::array<limit::Reading, 1> reading;
  const limit::Charge question = single(charge.parts, window, limit::Counting::read_only);
  const auto asked = redis_.charge(std::span(&question, 1), now, reading);
  if (!asked) return std::unexpected(asked.error());
  Cell& cell = cells_[std::move(key)];
  cell.identifier = charge.parts.identifier;
  cell.parts = charge.parts;
  cell.parts.identifier = cell.identifier;
  cell.window = window;
  cell.seen = reading[0].used_before[model::index(window.period)];
  return &cell;
}

void SyncedStore::sync(WallTime now) {
  for (auto& [key, cell] : cells_) {
    if (!push(cell, now)) {
      due_ = now + rate_;
      return;
    }
    cell.delta = 0;
  }
  cells_.clear();
  due_.reset();
}

bool SyncedStore::push(const Cell& cell, WallTime now) {
  const limit::Charge add = single(cell.parts, cell.window, limit::Counting::add_only);
  std::array<limit::Reading, 1> reading;
  for (std::uint64_t i = 0; i < cell.delta; ++i) {
    if (!redis_.charge(std::span(&add, 1), now, reading)) return false;
  }
  return true;
}

}  // namespace gw::replay
