// What a configuration asks for of targets, and the checks that are made of them in time.
#include <algorithm>
#include <chrono>

#include "gateway/balancer.h"

namespace gw::gateway {
namespace {

using model::CheckType;

std::chrono::microseconds microseconds(double seconds) {
  return std::chrono::microseconds(static_cast<std::int64_t>(seconds * 1e6));
}

// gRPC is checked by its connection only, as in Kong.
Probe::Type probe_type(CheckType type) {
  switch (type) {
    case CheckType::http:
      return Probe::Type::http;
    case CheckType::https:
      return Probe::Type::https;
    case CheckType::grpcs:
      return Probe::Type::tls;
    case CheckType::tcp:
    case CheckType::grpc:
      break;
  }
  return Probe::Type::tcp;
}

// A status says more than the bare fact of an answer; 0 is an answer that is none.
std::optional<Report> report_of(const model::HealthRules& rules, const ProbeOutcome& outcome) {
  const auto lists = [&](const std::vector<std::uint16_t>& statuses) {
    return std::ranges::find(statuses, outcome.status) != statuses.end();
  };
  switch (outcome.kind) {
    case ProbeOutcome::Kind::connected:
      return Report::success;
    case ProbeOutcome::Kind::failed:
      return Report::tcp_failure;
    case ProbeOutcome::Kind::timed_out:
      return Report::timeout;
    case ProbeOutcome::Kind::answered:
      if (lists(rules.healthy_statuses)) return Report::success;
      if (outcome.status == 0 || lists(rules.unhealthy_statuses)) return Report::http_failure;
      break;
    case ProbeOutcome::Kind::unresolved:
      break;
  }
  return std::nullopt;
}

std::uint64_t id_of(std::uint32_t slot, std::uint32_t generation) {
  return std::uint64_t{generation} << 32U | slot;
}

}  // namespace

void Balancers::set_up(Group& group, const model::Upstream& upstream) {
  group.checks = upstream.healthchecks;
  group.checked = model::is_used(upstream.healthchecks);
  group.host_header = upstream.host_header;
}

void Balancers::drop(Group& group, std::uint32_t slot) {
  Member& member = members_[slot];
  if (member.probing) --group.probing;
  member.in_use = false;
  ++member.generation;
  free_.push_back(slot);
  group.wheel.layout = 0;
}

void Balancers::configure(const model::Config& config) {
  std::set<Uuid> wanted;
  for (const model::Upstream& upstream : config.upstreams) {
    wanted.insert(upstream.id);
    configure(groups_[upstream.id], upstream);
  }
  for (auto& [id, group] : groups_) {
    if (!wanted.contains(id)) keep_only(group, {});
  }
  std::erase_if(groups_, [&](const auto& entry) { return !wanted.contains(entry.first); });
}

void Balancers::configure(Group& group, const model::Upstream& upstream) {
  set_up(group, upstream);
  for (const auto& [address, slot] : group.slots) members_[slot].probed = false;
  std::set<std::uint32_t> wanted;
  for (const model::Target& target : upstream.targets) {
    const std::uint32_t slot = slot_of(group, upstream.id, target);
    wanted.insert(slot);
    members_[slot].probed = members_[slot].probed || target.weight > 0;
    if (!group.checked) members_[slot].health = {};
  }
  keep_only(group, wanted);
}

void Balancers::keep_only(Group& group, const std::set<std::uint32_t>& wanted) {
  std::erase_if(group.slots, [&](const auto& entry) {
    const bool gone = !wanted.contains(entry.second);
    if (gone) drop(group, entry.second);
    return gone;
  });
}

std::optional<SteadyTime> Balancers::due_at(const Group& group, const Member& member) const {
  const model::ActiveCheck& active = group.checks.active;
  const double interval =
      member.health.is_healthy() ? active.healthy_interval : active.unhealthy_interval;
  if (!member.probed || member.probing || interval <= 0) return std::nullopt;
  return member.checked ? *member.checked + microseconds(interval) : SteadyTime{};
}

std::optional<SteadyTime> Balancers::next_due() const {
  std::optional<SteadyTime> next;
  for (const auto& [id, group] : groups_) {
    if (group.probing >= group.checks.active.concurrency) continue;
    for (const auto& [address, slot] : group.slots) {
      const auto at = due_at(group, members_[slot]);
      if (at && (!next || *at < *next)) next = at;
    }
  }
  return next;
}

std::vector<Probe> Balancers::due(SteadyTime now) {
  std::vector<Probe> probes;
  for (auto& [id, group] : groups_) {
    std::vector<std::pair<SteadyTime, std::uint32_t>> waiting;  // the longest first
    for (const auto& [address, slot] : group.slots) {
      const auto at = due_at(group, members_[slot]);
      if (at && *at <= now) waiting.emplace_back(*at, slot);
    }
    std::ranges::sort(waiting);
    for (const auto& [at, slot] : waiting) {
      if (group.probing >= group.checks.active.concurrency) break;
      members_[slot].probing = true;
      ++group.probing;
      probes.push_back(probe_of(group, slot));
    }
  }
  // Not in the order of a hash table.
  std::ranges::sort(probes, {}, &Probe::id);
  return probes;
}

Probe Balancers::probe_of(const Group& group, std::uint32_t slot) const {
  const model::ActiveCheck& active = group.checks.active;
  const Member& member = members_[slot];
  Probe probe{
      .id = id_of(slot, member.generation),
      .type = probe_type(active.type),
      .host = member.host,
      .port = member.port,
      .path = active.http_path,
      .host_header = group.host_header.empty() ? member.host : group.host_header,
      .sni = active.https_sni.empty() ? member.host : active.https_sni,
      .verify = active.https_verify_certificate,
      .timeout = std::chrono::ceil<std::chrono::milliseconds>(microseconds(active.timeout))};
  for (const auto& [name, values] : active.headers) {
    for (const std::string& value : values) probe.headers.emplace_back(name, value);
  }
  return probe;
}

void Balancers::on_probe(std::uint64_t id, const ProbeOutcome& outcome, SteadyTime now) {
  Member* member = find({static_cast<std::uint32_t>(id), static_cast<std::uint32_t>(id >> 32U)});
  if (member == nullptr || !member->probing) return;
  const auto group = groups_.find(member->upstream);
  if (group == groups_.end()) return;
  member->probing = false;
  --group->second.probing;
  member->checked = now;
  member->unresolved = outcome.kind == ProbeOutcome::Kind::unresolved;
  const auto report = report_of(group->second.checks.active.rules, outcome);
  if (report) observe(*member, true, *report, now);
}

}  // namespace gw::gateway
