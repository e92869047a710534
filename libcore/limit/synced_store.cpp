#include "limit/synced_store.h"

#include <utility>

#include "limit/counter_key.h"

namespace gw::limit {

CounterName::CounterName(const KeyParts& parts, const Window& of)
    : prefix(parts.prefix),
      route(parts.route),
      service(parts.service),
      identifier(parts.identifier),
      window(of) {}

SyncedStore::Answer SyncedStore::charge(std::span<const Charge> charges, const Learnt& learnt,
                                        WallTime now, std::span<Reading> out) {
  const std::lock_guard lock(mutex_);
  if (learnt.as_of == pushes_) {
    for (const Total& total : learnt.totals) learn(total, now);
  }
  Answer answer{.asked = {}, .missing = {}, .as_of = pushes_};
  for (const Charge& charge : charges) {
    for (const Window& window : charge.windows) {
      const Cell* known = find(charge, window);
      if (known == nullptr || !known->seen) answer.missing.emplace_back(charge.parts, window);
    }
  }
  if (!answer.missing.empty()) {
    if (counters_.size() >= kMostCounters) answer.missing.clear();
    return answer;
  }
  answer.asked = 0;
  for (const Charge& charge : charges) {
    if (!charge_one(charge, out[(*answer.asked)++])) break;
  }
  return answer;
}

// What has been learnt is dropped with the next push, so that one has to come.
void SyncedStore::learn(const Total& total, WallTime now) {
  key_ = counter_key(total.counter.parts(), total.counter.window);
  const auto [at, made] = counters_.try_emplace(key_, Entry{total.counter, {}});
  if (!at->second.cell.seen) at->second.cell.seen = total.count;
  if (!due_) due_ = now + rate_;
}

SyncedStore::Cell* SyncedStore::find(const Charge& charge, const Window& window) {
  key_.clear();
  append_counter_key(key_, charge.parts, window.period, window.start);
  const auto found = counters_.find(std::string_view(key_));
  return found == counters_.end() ? nullptr : &found->second.cell;
}

bool SyncedStore::charge_one(const Charge& charge, Reading& out) {
  out = {};
  for (const Window& window : charge.windows) {
    const std::uint64_t used = find(charge, window)->used();
    out.used_before[model::index(window.period)] = used;
    if (!(static_cast<double>(used) < window.limit)) out.passed = false;
  }
  if (!out.passed) return false;
  for (const Window& window : charge.windows) ++find(charge, window)->delta;
  return true;
}

std::optional<WallTime> SyncedStore::due() const {
  const std::lock_guard lock(mutex_);
  return pushing_ ? std::nullopt : due_;
}

std::vector<Delta> SyncedStore::take(WallTime now) {
  const std::lock_guard lock(mutex_);
  std::vector<Delta> deltas;
  if (pushing_ || !due_ || *due_ > now) return deltas;
  due_.reset();
  std::erase_if(counters_, [](const auto& row) { return row.second.cell.delta == 0; });
  for (auto& [key, entry] : counters_) {
    entry.cell.pushing = std::exchange(entry.cell.delta, 0);
    deltas.push_back({entry.name, entry.cell.pushing});
  }
  pushing_ = !deltas.empty();
  return deltas;
}

void SyncedStore::finish(std::span<const Delta> arrived, std::span<const Delta> lost,
                         WallTime now) {
  const std::lock_guard lock(mutex_);
  pushing_ = false;
  ++pushes_;
  for (const Delta& delta : arrived) settle(delta, true, now);
  for (const Delta& delta : lost) settle(delta, false, now);
  if (!lost.empty()) due_ = now + rate_;
}

// Counted while the push was under way is what stays; the total has to be read anew.
void SyncedStore::settle(const Delta& delta, bool arrived, WallTime now) {
  const auto found = counters_.find(counter_key(delta.counter.parts(), delta.counter.window));
  if (found == counters_.end()) return;
  Cell& cell = found->second.cell;
  cell.pushing = 0;
  const Window& window = delta.counter.window;
  const bool is_over = now >= window.end + model::row(window.period).nominal;
  if (arrived) {
    cell.seen.reset();
  } else if (!is_over) {
    cell.delta += delta.count;
  }
  if (cell.delta == 0) counters_.erase(found);
}

}  // namespace gw::limit
