#include "mesh/leaves.h"

#include <algorithm>
#include <utility>
#include <vector>

namespace gw::mesh {
namespace {

using std::chrono::microseconds;

// A request may wait ten minutes and a sixteenth of that more.
constexpr std::chrono::minutes kWatched{11};
constexpr std::chrono::seconds kSoonest{1};       // after it was made
constexpr std::chrono::seconds kAfterFailure{5};  // OpenSSL issued none
// Of those whose root has changed, in a millisecond: the loop has others to serve in between.
constexpr std::size_t kAtOnce = 4;

}  // namespace

Leaves::Leaves(net::Loop& loop, Changes& changes, Authority& authority, LeafPolicy policy)
    : loop_(loop), changes_(changes), authority_(authority), policy_(policy), rng_(random_seed()) {}

Leaves::~Leaves() {
  for (auto& [key, slot] : slots_) disarm(slot);
  for (const auto& [service, timer] : faults_) loop_.cancel(timer);
}

void Leaves::disarm(Slot& slot) {
  if (slot.renewal) loop_.cancel(*slot.renewal);
  slot.renewal.reset();
  slot.rotates = false;
}

bool Leaves::is_watched(const Slot& slot) const {
  return slot.waited != SteadyTime::min() && loop_.now().steady - slot.waited < kWatched;
}

bool Leaves::is_of_active_root(const Slot& slot) const {
  return slot.cached.leaf.signing_key_id == authority_.active().signing_key_id;
}

Result<IssuedLeaf> Leaves::issue(const std::string& service) {
  return authority_.issue({.service = service,
                           .ttl = policy_.ttl,
                           .now = whole_seconds(loop_.now().wall),
                           .profile = policy_.profile,
                           .expired = faults_.contains(service)});
}

void Leaves::make_room() {
  if (slots_.size() < kMaxLeaves) return;
  auto victim = std::ranges::find_if(
      ages_, [&](const Key& key) { return !is_watched(slots_.find(key)->second); });
  if (victim == ages_.end()) victim = ages_.begin();
  const auto slot = slots_.find(*victim);
  disarm(slot->second);
  slots_.erase(slot);
  ages_.erase(victim);
}

Result<Leaves::Slots::iterator> Leaves::make(const Key& key) {
  auto leaf = issue(key.first);
  if (!leaf) return std::unexpected(std::move(leaf.error()));
  make_room();
  const auto at = slots_.try_emplace(key).first;
  at->second.age = ages_.insert(ages_.end(), key);
  const std::uint64_t index = changes_.advance();
  at->second.cached = {std::move(*leaf), index, index, loop_.now().steady};
  return at;
}

bool Leaves::renew(const Key& key, Slot& slot, std::uint64_t index) {
  disarm(slot);
  auto leaf = issue(key.first);
  if (!leaf) return false;
  slot.cached = {std::move(*leaf), index, index, loop_.now().steady};
  return true;
}

// Consul draws the moment anew for every request that waits; once for each leaf is as random.
SteadyTime Leaves::renewal_of(const CachedLeaf& cached) {
  const Instant now = loop_.now();
  const microseconds lifetime = cached.leaf.not_after - cached.leaf.not_before;
  const microseconds age = now.wall - cached.leaf.not_before;
  const microseconds soft = std::max(lifetime * 6 / 10, age);
  const microseconds hard = lifetime * 9 / 10;
  microseconds moment = age;
  if (age <= hard && soft <= hard) {
    const auto window = static_cast<std::uint64_t>((hard - soft).count());
    moment = soft + microseconds(static_cast<microseconds::rep>(rng_.below(window + 1)));
  }
  return std::max(now.steady + (moment - age), cached.fetched + kSoonest);
}

void Leaves::renew_later(const Key& key, Slot& slot, SteadyTime when) {
  if (slot.renewal) loop_.cancel(*slot.renewal);
  slot.renewal = loop_.at(when, [this, key] { on_renewal(key); });
}

void Leaves::on_renewal(const Key& key) {
  const auto at = slots_.find(key);
  if (at == slots_.end()) return;
  Slot& slot = at->second;
  if (!renew(key, slot, changes_.index() + 1)) {
    return renew_later(key, slot, loop_.now().steady + kAfterFailure);
  }
  changes_.advance();
  if (slot.waited != SteadyTime::min()) renew_later(key, slot, renewal_of(slot.cached));
}

void Leaves::see_waiter(const Key& key, Slot& slot) {
  const SteadyTime now = loop_.now().steady;
  slot.waited = now;
  if (faults_.contains(key.first)) return;
  if (!is_of_active_root(slot)) {
    if (slot.rotates) return;
    const microseconds spread = policy_.rotation_spread;
    const auto delay = rng_.below(static_cast<std::uint64_t>(spread.count()) + 1);
    renew_later(key, slot, now + microseconds(static_cast<microseconds::rep>(delay)));
    slot.rotates = true;
    if (delay == 0) on_renewal(key);
    return;
  }
  if (!slot.renewal) renew_later(key, slot, renewal_of(slot.cached));
}

// Consul 1.8 hands out what it has; from 1.11 on it looks at the root and at the time.
void Leaves::see_reader(const Key& key, Slot& slot) {
  if (!policy_.renews_unasked || faults_.contains(key.first)) return;
  const IssuedLeaf& leaf = slot.cached.leaf;
  const auto hard = leaf.not_before + (leaf.not_after - leaf.not_before) * 9 / 10;
  const bool is_old =
      loop_.now().wall >= WallTime(hard) && loop_.now().steady >= slot.cached.fetched + kSoonest;
  if (is_old || !is_of_active_root(slot)) on_renewal(key);
}

Result<Leaves::Found> Leaves::get(const std::string& service, const std::string& token,
                                  bool waits) {
  const Key key(service, token);
  auto at = slots_.find(key);
  if (at == slots_.end()) {
    auto made = make(key);
    if (!made) return std::unexpected(std::move(made.error()));
    if (waits) see_waiter(key, (*made)->second);
    return Found{&(*made)->second.cached, false};
  }
  Slot& slot = at->second;
  ages_.splice(ages_.end(), ages_, slot.age);
  const std::uint64_t before = slot.cached.modify_index;
  if (waits) {
    see_waiter(key, slot);
  } else {
    see_reader(key, slot);
  }
  return Found{&slot.cached, slot.cached.modify_index == before};
}

void Leaves::on_rotation() {
  const SteadyTime now = loop_.now().steady;
  std::size_t count = 0;
  std::vector<Key> at_once;
  for (auto& [key, slot] : slots_) {
    if (!is_watched(slot) || faults_.contains(key.first) || is_of_active_root(slot)) continue;
    microseconds delay = std::chrono::milliseconds(count++ / kAtOnce);
    if (policy_.rotation_spread.count() > 0) {
      const microseconds spread = policy_.rotation_spread;
      delay = microseconds(static_cast<microseconds::rep>(
          rng_.below(static_cast<std::uint64_t>(spread.count()) + 1)));
    }
    renew_later(key, slot, now + delay);
    slot.rotates = true;
    if (delay.count() == 0) at_once.push_back(key);
  }
  for (const Key& key : at_once) on_renewal(key);
}

Result<void> Leaves::expire(const std::string& service, std::chrono::milliseconds how_long) {
  const SteadyTime until = loop_.now().steady + how_long;
  const auto standing = faults_.find(service);
  if (standing == faults_.end() && faults_.size() >= kMaxLeaves) {
    return fail(ErrorCode::too_large, "too many services have leaves that have ended; wait");
  }
  // Checked before anything changes.
  if (auto checked = issue(service); !checked) return std::unexpected(checked.error());
  if (standing != faults_.end()) loop_.cancel(standing->second);
  faults_.insert_or_assign(service, loop_.at(until, [this, service] { end_fault(service); }));
  const auto first = slots_.lower_bound(Key(service, ""));
  if (first != slots_.end() && first->first.first == service) {
    renew_service(service);
    return {};
  }
  auto made = make(Key(service, ""));
  if (!made) return std::unexpected(std::move(made.error()));
  return {};
}

// All of them are one change.
void Leaves::renew_service(const std::string& service) {
  const std::uint64_t index = changes_.index() + 1;
  bool renewed = false;
  for (auto at = slots_.lower_bound(Key(service, ""));
       at != slots_.end() && at->first.first == service; ++at) {
    renewed = renew(at->first, at->second, index) || renewed;
  }
  if (renewed) changes_.advance();
}

void Leaves::end_fault(const std::string& service) {
  faults_.erase(service);
  renew_service(service);
  for (auto at = slots_.lower_bound(Key(service, ""));
       at != slots_.end() && at->first.first == service; ++at) {
    if (is_watched(at->second)) {
      renew_later(at->first, at->second, renewal_of(at->second.cached));
    }
  }
}

}  // namespace gw::mesh
