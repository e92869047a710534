// The mutable side of upstreams: whose turn it is, who is busy, who is fit (kong-behaviour.md 6.4).
//
// Survives a reload. Health is kept as values: a driver with sockets asks next_due() and due() for
// checks and hands their outcomes to on_probe(); what one worker sees reaches the others as
// HealthEvents. Only one worker of a process probes: on the others nobody calls due().
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <set>
#include <span>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/uuid.h"
#include "gateway/compiled_upstream.h"
#include "gateway/health.h"
#include "gateway/target_health.h"
#include "model/entities.h"

namespace gw::gateway {

// A target's place in a Balancers, across reloads: of one that has gone it is ignored.
struct TargetRef {
  static constexpr std::uint32_t kNone = 0xFFFFFFFF;
  std::uint32_t slot = kNone;
  std::uint32_t generation = 0;
};

// Not thread-safe: one a worker or simulated node.
class Balancers {
 public:
  struct Picked {
    std::uint32_t index = 0;  // within the upstream
    TargetRef ref;
  };
  // The target to try next, by the upstream's algorithm, among those that are fit and not in
  // `tried` (among all fit ones again when each was tried). Without a hash, consistent hashing
  // takes turns. nullopt: no target is fit, or the upstream as a whole is not.
  [[nodiscard]] std::optional<Picked> pick(const CompiledUpstream& upstream,
                                           std::span<const std::uint32_t> tried,
                                           std::optional<std::uint64_t> hash = std::nullopt);

  // A request is under way there, and over: least-connections counts them.
  void begun(TargetRef ref);
  void ended(TargetRef ref);

  // What traffic shows of a target. A 504 that no list names counts as a timeout, as in Kong.
  void saw_status(TargetRef ref, std::uint16_t status, SteadyTime at);
  void saw_failure(TargetRef ref, Report report, SteadyTime at);
  void saw_no_address(TargetRef ref);

  // Called for every observation made here that counts, by traffic or by a probe. The hook may not
  // call back into this object.
  void on_event(std::function<void(const HealthEvent&)> hook) { hook_ = std::move(hook); }
  // Another worker's observation. The hook is not called.
  void apply(const HealthEvent& event);
  // By hand, until traffic or probes say otherwise; only where there are health checks. The hook is
  // not called.
  void mark(const model::Upstream& upstream, const model::Target& target, bool healthy,
            SteadyTime at);

  // A (re)loaded configuration: targets that stay keep health and connections, the others go.
  void configure(const model::Config& config);
  // When due() has something to say; the past: now. Ask again after due(), on_probe(), apply(),
  // configure() and any event of one's own. nullopt: nothing is checked.
  [[nodiscard]] std::optional<SteadyTime> next_due() const;
  // Each is to be made and its outcome given to on_probe(), even if it could not be begun.
  [[nodiscard]] std::vector<Probe> due(SteadyTime now);
  void on_probe(std::uint64_t id, const ProbeOutcome& outcome, SteadyTime now);

  [[nodiscard]] TargetStatus status(const model::Upstream& upstream,
                                    const model::Target& target) const;
  // Whether requests are taken at all: enough of the weight is healthy (healthchecks.threshold).
  [[nodiscard]] bool is_up(const model::Upstream& upstream) const;
  // Requests under way.
  [[nodiscard]] std::uint32_t connections(const model::Upstream& upstream,
                                          const model::Target& target) const;

 private:
  struct Member {
    Uuid upstream;
    std::string host;
    std::uint16_t port = 0;
    std::uint32_t generation = 0;
    std::uint32_t connections = 0;
    TargetHealth health;
    bool in_use = false;
    bool probed = false;   // the configuration has it, with a weight
    bool probing = false;  // a probe is under way
    bool unresolved = false;
    std::optional<SteadyTime> checked;  // since when the interval runs; nullopt: never
  };
  // Whose turn it is among the targets of one layout.
  struct Wheel {
    std::uint64_t layout = 0;
    std::vector<std::uint32_t> slots;   // by target
    std::vector<std::int64_t> current;  // of smooth weighted round-robin, by target
    std::uint32_t next = 0;             // where least-connections begins to look
  };
  struct Group {
    model::HealthChecks checks;
    bool checked = false;  // by traffic or by probes
    std::string host_header;
    std::map<std::pair<std::string, std::uint16_t>, std::uint32_t> slots;  // by address
    Wheel wheel;
    std::uint32_t probing = 0;
  };
  struct Choice;
  struct UuidHash {
    std::size_t operator()(const Uuid& id) const;
  };

  Group& group_of(const CompiledUpstream& upstream);
  void lay_out(Group& group, const CompiledUpstream& upstream);
  std::uint32_t slot_of(Group& group, const Uuid& upstream, const model::Target& target);
  [[nodiscard]] const Member* member_of(const model::Upstream& upstream,
                                        const model::Target& target) const;
  static std::optional<std::uint32_t> by_turn(Choice& choice);
  static std::optional<std::uint32_t> by_connections(Choice& choice);
  static std::optional<std::uint32_t> by_hash(const Choice& choice, std::uint64_t hash);

  Member* find(TargetRef ref);
  void observe(Member& member, bool active, Report report, SteadyTime at);
  bool count(Group& group, Member& member, bool active, Report report, SteadyTime at);

  void set_up(Group& group, const model::Upstream& upstream);
  void configure(Group& group, const model::Upstream& upstream);
  void keep_only(Group& group, const std::set<std::uint32_t>& wanted);
  void drop(Group& group, std::uint32_t slot);
  [[nodiscard]] std::optional<SteadyTime> due_at(const Group& group, const Member& member) const;
  Probe probe_of(const Group& group, std::uint32_t slot) const;

  std::vector<Member> members_;  // by slot
  std::vector<std::uint32_t> free_;
  std::unordered_map<Uuid, Group, UuidHash> groups_;
  std::function<void(const HealthEvent&)> hook_;
};

}  // namespace gw::gateway
