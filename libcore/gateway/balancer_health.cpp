// The health of targets: what is observed, here or by another worker, and what follows.
#include <algorithm>
#include <array>

#include "gateway/balancer.h"

namespace gw::gateway {
namespace {

constexpr std::uint16_t kGatewayTimeout = 504;

bool lists(const std::vector<std::uint16_t>& statuses, std::uint16_t status) {
  return std::ranges::find(statuses, status) != statuses.end();
}

// nullopt: the status says nothing of health.
std::optional<Report> report_of(const model::HealthRules& rules, std::uint16_t status) {
  if (lists(rules.healthy_statuses, status)) return Report::success;
  if (lists(rules.unhealthy_statuses, status)) return Report::http_failure;
  if (status == kGatewayTimeout) return Report::timeout;
  return std::nullopt;
}

}  // namespace

std::string_view word(TargetStatus status) {
  static constexpr std::array<std::string_view, 4> kWords{"HEALTHCHECKS_OFF", "HEALTHY",
                                                          "UNHEALTHY", "DNS_ERROR"};
  return kWords.at(static_cast<std::size_t>(status));
}

void Balancers::saw_status(TargetRef ref, std::uint16_t status, SteadyTime at) {
  Member* member = find(ref);
  if (member == nullptr) return;
  member->unresolved = false;
  const auto group = groups_.find(member->upstream);
  if (group == groups_.end() || !group->second.checked) return;
  const auto report = report_of(group->second.checks.passive, status);
  if (report) observe(*member, false, *report, at);
}

void Balancers::saw_failure(TargetRef ref, Report report, SteadyTime at) {
  Member* member = find(ref);
  if (member == nullptr) return;
  member->unresolved = false;
  observe(*member, false, report, at);
}

void Balancers::saw_no_address(TargetRef ref) {
  if (Member* member = find(ref)) member->unresolved = true;
}

void Balancers::observe(Member& member, bool active, Report report, SteadyTime at) {
  const auto group = groups_.find(member.upstream);
  if (group == groups_.end()) return;
  const bool before = member.health.is_healthy();
  if (!count(group->second, member, active, report, at) || !hook_) return;
  const bool after = member.health.is_healthy();
  hook_({.upstream = member.upstream,
         .host = member.host,
         .port = member.port,
         .active = active,
         .report = report,
         .at = at,
         .turned = before != after,
         .healthy = after});
}

bool Balancers::count(Group& group, Member& member, bool active, Report report, SteadyTime at) {
  if (!group.checked) return false;
  const model::HealthRules& rules = active ? group.checks.active.rules : group.checks.passive;
  const bool before = member.health.is_healthy();
  const bool counted = member.health.count(report, threshold_of(rules, report));
  // The interval of the other side begins when the target changes sides.
  if (member.health.is_healthy() != before) member.checked = at;
  return counted;
}

void Balancers::apply(const HealthEvent& event) {
  const auto group = groups_.find(event.upstream);
  if (group == groups_.end()) return;
  const auto slot = group->second.slots.find({event.host, event.port});
  if (slot == group->second.slots.end()) return;
  (void)count(group->second, members_[slot->second], event.active, event.report, event.at);
}

void Balancers::mark(const model::Upstream& upstream, const model::Target& target, bool healthy,
                     SteadyTime at) {
  const auto group = groups_.find(upstream.id);
  if (group == groups_.end() || !group->second.checked) return;
  const auto slot = group->second.slots.find({target.host, target.port});
  if (slot == group->second.slots.end()) return;
  Member& member = members_[slot->second];
  member.health.set(healthy);
  member.checked = at;
}

const Balancers::Member* Balancers::member_of(const model::Upstream& upstream,
                                              const model::Target& target) const {
  const auto group = groups_.find(upstream.id);
  if (group == groups_.end()) return nullptr;
  const auto slot = group->second.slots.find({target.host, target.port});
  return slot == group->second.slots.end() ? nullptr : &members_[slot->second];
}

TargetStatus Balancers::status(const model::Upstream& upstream, const model::Target& target) const {
  const Member* member = member_of(upstream, target);
  if (member != nullptr && member->unresolved) return TargetStatus::dns_error;
  if (!model::is_used(upstream.healthchecks)) return TargetStatus::healthchecks_off;
  const bool healthy = member == nullptr || member->health.is_healthy();
  return healthy ? TargetStatus::healthy : TargetStatus::unhealthy;
}

std::uint32_t Balancers::connections(const model::Upstream& upstream,
                                     const model::Target& target) const {
  const Member* member = member_of(upstream, target);
  return member == nullptr ? 0 : member->connections;
}

}  // namespace gw::gateway
