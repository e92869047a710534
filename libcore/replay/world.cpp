#include "replay/world.h"

#include <algorithm>
#include <limits>
#include <utility>

#include <fmt/format.h>

#include "base/time.h"

namespace gw::replay {
namespace {

// Request ids and the like: the same in every run.
constexpr std::uint64_t kIdSeed = 0x6761746577617963ULL;

bool asks_for_overshoot(const Scenario& scenario) {
  return std::ranges::any_of(
      scenario.steps, [](const Step& step) { return step.expect.traffic.overshoot.has_value(); });
}

Result<void> apply(gateway::Settings& settings, const std::vector<Setting>& changes) {
  for (const Setting& change : changes) {
    const auto applied = gateway::apply_setting(settings, change.name, change.value);
    // One that Kong has and that means nothing here has been warned of by the reader.
    if (!applied && !gateway::is_setting_without_effect(change.name)) return applied;
  }
  return {};
}

// FNV-1a: the same client always meets the same node.
std::uint64_t hash_of(const IpAddress& ip) {
  std::uint64_t hash = 0xCBF29CE484222325ULL;
  for (const std::uint8_t byte : ip.bytes) hash = (hash ^ byte) * 0x100000001B3ULL;
  return hash;
}

}  // namespace

World::World(const Scenario& scenario, model::Config config)
    : start_(scenario.clock),
      clock_(scenario.clock),
      rng_(kIdSeed),
      balance_rng_(scenario.gateway.seed.value_or(1)),
      balance_(scenario.gateway.balance.value_or(Balance::round_robin)),
      counting_(scenario.gateway.counting.value_or(gateway::CountingMode::exact)),
      config_(std::move(config)),
      stubs_(scenario.upstreams),
      nodes_(scenario.gateway.nodes.value_or(1)),
      counters_up_(scenario.counters == Counters::up) {
  if (asks_for_overshoot(scenario)) audit_.emplace();
  if (scenario.mesh) mesh_ = std::make_unique<MeshWorld>(scenario);
}

Result<std::unique_ptr<World>> World::make(const Scenario& scenario, model::Config config) {
  std::unique_ptr<World> world(new World(scenario, std::move(config)));
  gateway::Settings settings;
  if (auto applied = apply(settings, scenario.gateway.settings); !applied) {
    return std::unexpected(std::move(applied.error()));
  }
  auto compiled = world->recompile(world->config_, settings, world->counting_);
  if (!compiled) return std::unexpected(std::move(compiled.error()));
  return world;
}

Result<void> World::recompile(model::Config config, const gateway::Settings& settings,
                              gateway::CountingMode counting) {
  auto compiled = gateway::compile(config, settings, counting);
  if (!compiled) return std::unexpected(std::move(compiled.error()));
  config_ = std::move(config);
  snapshot_ = std::move(*compiled);
  for (Node& node : nodes_) node.balancers().configure(config_);
  settings_ = settings;
  counting_ = counting;
  redis_of_store_.clear();
  return {};
}

Result<void> World::reload(model::Config config) {
  return recompile(std::move(config), settings_, counting_);
}

Result<void> World::change_gateway(const GatewayOptions& options) {
  gateway::Settings settings = settings_;
  if (auto applied = apply(settings, options.settings); !applied) return applied;
  auto done = recompile(config_, settings, options.counting.value_or(counting_));
  if (!done) return done;
  if (options.balance) balance_ = *options.balance;
  if (options.seed) balance_rng_ = Rng(*options.seed);
  return {};
}

std::uint32_t World::pick_node(const IpAddress& ip) {
  const auto n = static_cast<std::uint32_t>(nodes_.size());
  if (n == 1) return 1;
  switch (balance_) {
    case Balance::random:
      return static_cast<std::uint32_t>(balance_rng_.below(n)) + 1;
    case Balance::ip:
      return static_cast<std::uint32_t>(hash_of(ip) % n) + 1;
    case Balance::round_robin:
      break;
  }
  return turn_++ % n + 1;
}

const Stub& World::stub(const Reach& reach, WallTime now, bool tell, Stub& made) {
  const Stub* said = find_said_stub(stubs_, reach.host, reach.port, reach.service);
  if (mesh_ && mesh_->answer(reach, said, instant(now), tell, made)) return made;
  return said != nullptr ? *said : echo_stub();
}

std::string_view World::date(WallTime t) {
  const WallSeconds second = whole_seconds(t);
  if (date_.empty() || second != date_second_) {
    date_ = format_http_date(second);
    date_second_ = second;
  }
  return date_;
}

Result<std::span<const limit::Reading>> World::charge(std::uint32_t node,
                                                      const gateway::Store& store,
                                                      std::span<const limit::Charge> charges,
                                                      WallTime now) {
  if (readings_.size() < charges.size()) readings_.resize(charges.size());
  if (syncs_) sync_due(now);
  Result<std::size_t> written = 0;
  switch (store.kind) {
    case gateway::Store::Kind::memory:
      written = this->node(node).charge_local(counting_, charges, now, readings_);
      break;
    case gateway::Store::Kind::redis:
      written = redis(store).charge(charges, now, readings_);
      break;
    case gateway::Store::Kind::synced:
      syncs_ = true;
      written =
          this->node(node).synced(redis(store), store.sync_rate).charge(charges, now, readings_);
      break;
  }
  if (!written) return std::unexpected(std::move(written.error()));
  return std::span<const limit::Reading>(readings_).first(*written);
}

limit::VirtualRedis& World::redis(const gateway::Store& store) {
  auto& known = redis_of_store_[&store];
  if (known == nullptr) {
    const auto [entry, made] = redises_.try_emplace(gateway::redis_name(store.redis));
    if (made) entry->second.set_up(counters_up_);
    known = &entry->second;
  }
  return *known;
}

// Pushes of all nodes happen in the order of their times, before anything later is read.
void World::sync_due(WallTime now) {
  while (true) {
    SyncedStore* first = nullptr;
    for (Node& node : nodes_) {
      for (auto& [key, store] : node.synced_stores()) {
        const bool due = store.due() && *store.due() <= now;
        if (due && (first == nullptr || *store.due() < *first->due())) first = &store;
      }
    }
    if (first == nullptr) return;
    first->sync(*first->due());
  }
}

void World::set_counters(Counters counters) {
  // What was due before the change happened before it.
  if (syncs_) sync_due(clock_.now().wall);
  counters_up_ = counters == Counters::up;
  for (auto& [address, redis] : redises_) redis.set_up(counters_up_);
}

void World::change_stubs(const StubChanges& changes) {
  for (const auto& [name, stub] : changes) {
    if (stub) {
      stubs_.insert_or_assign(name, *stub);
    } else {
      stubs_.erase(name);
    }
  }
}

std::vector<std::string> World::change_intentions(const std::vector<IntentionChange>& changes) {
  std::vector<std::string> warnings;
  for (const IntentionChange& change : changes) {
    auto warning = mesh_ ? mesh_->change(change) : std::string();
    if (!warning.empty()) warnings.push_back(std::move(warning));
  }
  return warnings;
}

}  // namespace gw::replay
