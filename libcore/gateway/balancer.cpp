#include "gateway/balancer.h"

#include <algorithm>
#include <cstring>

namespace gw::gateway {
namespace {

// Kong's healthchecks.threshold: of the weight, so much has to be healthy.
template <class IsHealthy>
bool is_enough(const model::Upstream& upstream, double percent, IsHealthy is_healthy) {
  double total = 0;
  double healthy = 0;
  for (std::uint32_t i = 0; i < upstream.targets.size(); ++i) {
    total += upstream.targets[i].weight;
    if (is_healthy(i)) healthy += upstream.targets[i].weight;
  }
  return total > 0 && healthy * 100 >= percent * total;
}

}  // namespace

// One pick: the targets, what is known of them, and which may be taken.
struct Balancers::Choice {
  const CompiledUpstream& upstream;
  const std::vector<Member>& members;
  Wheel& wheel;
  bool checked;
  std::span<const std::uint32_t> tried;
  bool again = false;

  [[nodiscard]] const std::vector<model::Target>& targets() const {
    return upstream.model->targets;
  }
  [[nodiscard]] const Member& member(std::uint32_t i) const { return members[wheel.slots[i]]; }
  [[nodiscard]] bool is_fit(std::uint32_t i) const {
    return targets()[i].weight > 0 && (!checked || member(i).health.is_healthy());
  }
  [[nodiscard]] bool usable(std::uint32_t i) const {
    return is_fit(i) && (again || std::ranges::find(tried, i) == tried.end());
  }
  [[nodiscard]] bool is_up(double threshold) const {
    return !checked || threshold <= 0 ||
           is_enough(*upstream.model, threshold,
                     [&](std::uint32_t i) { return member(i).health.is_healthy(); });
  }
  [[nodiscard]] bool none_usable() const {
    for (std::uint32_t i = 0; i < targets().size(); ++i) {
      if (usable(i)) return false;
    }
    return true;
  }
};

bool Balancers::is_up(const model::Upstream& upstream) const {
  const model::HealthChecks& checks = upstream.healthchecks;
  if (!model::is_used(checks) || checks.threshold <= 0) return true;
  return is_enough(upstream, checks.threshold, [&](std::uint32_t i) {
    const Member* member = member_of(upstream, upstream.targets[i]);
    return member == nullptr || member->health.is_healthy();
  });
}

std::size_t Balancers::UuidHash::operator()(const Uuid& id) const {
  std::size_t hash = 0;
  std::memcpy(&hash, id.bytes.data(), sizeof hash);
  return hash;
}

// Smooth weighted round-robin: all gain their weight, the richest is taken and pays the total.
std::optional<std::uint32_t> Balancers::by_turn(Choice& choice) {
  auto& current = choice.wheel.current;
  std::optional<std::uint32_t> best;
  std::int64_t total = 0;
  for (std::uint32_t i = 0; i < choice.targets().size(); ++i) {
    if (!choice.usable(i)) continue;
    const std::int64_t weight = choice.targets()[i].weight;
    current[i] += weight;
    total += weight;
    if (!best || current[i] > current[*best]) best = i;
  }
  if (best) current[*best] -= total;
  return best;
}

// The lowest (connections + 1) / weight, as Kong has it; equal ones take turns.
std::optional<std::uint32_t> Balancers::by_connections(Choice& choice) {
  const auto size = static_cast<std::uint32_t>(choice.targets().size());
  const auto load = [&](std::uint32_t i) {
    return std::uint64_t{choice.member(i).connections} + 1;
  };
  const auto weight = [&](std::uint32_t i) { return std::uint64_t{choice.targets()[i].weight}; };
  std::optional<std::uint32_t> best;
  for (std::uint32_t n = 0; n < size; ++n) {
    const std::uint32_t i = (choice.wheel.next + n) % size;
    if (!choice.usable(i)) continue;
    if (!best || load(i) * weight(*best) < load(*best) * weight(i)) best = i;
  }
  if (best) choice.wheel.next = (*best + 1) % size;
  return best;
}

std::optional<std::uint32_t> Balancers::by_hash(const Choice& choice, std::uint64_t hash) {
  return choice.upstream.ring.find(hash, [&](std::uint32_t i) { return choice.usable(i); });
}

std::optional<Balancers::Picked> Balancers::pick(const CompiledUpstream& upstream,
                                                 std::span<const std::uint32_t> tried,
                                                 std::optional<std::uint64_t> hash) {
  Group& group = group_of(upstream);
  Choice choice{upstream, members_, group.wheel, group.checked, tried};
  if (!choice.is_up(group.checks.threshold)) return std::nullopt;
  // Nothing to look through twice on the first try.
  choice.again = !tried.empty() && choice.none_usable();
  std::optional<std::uint32_t> index;
  switch (upstream.model->algorithm) {
    case model::Algorithm::consistent_hashing:
      index = hash ? by_hash(choice, *hash) : by_turn(choice);
      break;
    case model::Algorithm::least_connections:
    case model::Algorithm::latency:  // not measured here; load comes nearest to it
      index = by_connections(choice);
      break;
    case model::Algorithm::round_robin:
      index = by_turn(choice);
      break;
  }
  if (!index) return std::nullopt;
  const std::uint32_t slot = group.wheel.slots[*index];
  return Picked{*index, {slot, members_[slot].generation}};
}

Balancers::Group& Balancers::group_of(const CompiledUpstream& upstream) {
  const auto [entry, made] = groups_.try_emplace(upstream.model->id);
  Group& group = entry->second;
  if (made) set_up(group, *upstream.model);
  if (group.wheel.layout != upstream.layout) lay_out(group, upstream);
  return group;
}

// A request of an older configuration may lay out the old targets once more; their state is shared
// by address, and only turns begin anew.
void Balancers::lay_out(Group& group, const CompiledUpstream& upstream) {
  Wheel& wheel = group.wheel;
  wheel = {.layout = upstream.layout, .slots = {}, .current = {}};
  for (const model::Target& target : upstream.model->targets) {
    wheel.slots.push_back(slot_of(group, upstream.model->id, target));
  }
  wheel.current.resize(wheel.slots.size());
}

std::uint32_t Balancers::slot_of(Group& group, const Uuid& upstream, const model::Target& target) {
  const auto [entry, made] = group.slots.try_emplace({target.host, target.port});
  if (!made) return entry->second;
  if (free_.empty()) {
    free_.push_back(static_cast<std::uint32_t>(members_.size()));
    members_.emplace_back();
  }
  entry->second = free_.back();
  free_.pop_back();
  Member& member = members_[entry->second];
  const std::uint32_t generation = member.generation;
  member = {.upstream = upstream,
            .host = target.host,
            .port = target.port,
            .generation = generation,
            .health = {},
            .in_use = true,
            .checked = {}};
  return entry->second;
}

Balancers::Member* Balancers::find(TargetRef ref) {
  if (ref.slot >= members_.size()) return nullptr;
  Member& member = members_[ref.slot];
  return member.in_use && member.generation == ref.generation ? &member : nullptr;
}

void Balancers::begun(TargetRef ref) {
  if (Member* member = find(ref)) ++member->connections;
}

void Balancers::ended(TargetRef ref) {
  Member* member = find(ref);
  if (member != nullptr && member->connections > 0) --member->connections;
}

}  // namespace gw::gateway
