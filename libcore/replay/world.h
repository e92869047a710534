// One scenario's world: its clock, the gateway's nodes and config, the stores, what stands behind.
//
// Everything that a step can change is here; nothing here plays a request (flight.h does).
#pragma once

#include <map>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "base/rng.h"
#include "gateway/exchange.h"
#include "gateway/settings.h"
#include "gateway/snapshot.h"
#include "limit/charge.h"
#include "limit/virtual_store.h"
#include "model/entities.h"
#include "replay/mesh_world.h"
#include "replay/node.h"
#include "replay/overshoot.h"
#include "replay/scenario.h"
#include "replay/stub.h"

namespace gw::replay {

// Not thread-safe.
class World {
 public:
  // An Error: the config cannot be compiled.
  [[nodiscard]] static Result<std::unique_ptr<World>> make(const Scenario& scenario,
                                                           model::Config config);

  [[nodiscard]] VirtualClock& clock() { return clock_; }
  [[nodiscard]] Instant instant(WallTime t) const { return {t, SteadyTime{t - start_}}; }
  [[nodiscard]] Rng& rng() { return rng_; }
  [[nodiscard]] const gateway::Snapshot& snapshot() const { return *snapshot_; }
  [[nodiscard]] const gateway::SnapshotPtr& shared_snapshot() const { return snapshot_; }
  [[nodiscard]] const gateway::Settings& settings() const { return settings_; }

  [[nodiscard]] std::size_t node_count() const { return nodes_.size(); }
  [[nodiscard]] Node& node(std::uint32_t number) { return nodes_.at(number - 1); }
  // Which node a request from `ip` arrives at, as `balance` has it; from 1.
  [[nodiscard]] std::uint32_t pick_node(const IpAddress& ip);

  // What answers there now; it lives in the world, or in `made`. `tell`: as MeshWorld has it.
  [[nodiscard]] const Stub& stub(const Reach& reach, WallTime now, bool tell, Stub& made);
  // The Date of an answer at `t`; valid until the next call.
  [[nodiscard]] std::string_view date(WallTime t);

  // Asks `store` at `node`; the readings live until the next call.
  [[nodiscard]] Result<std::span<const limit::Reading>> charge(
      std::uint32_t node, const gateway::Store& store, std::span<const limit::Charge> charges,
      WallTime now);

  void set_counters(Counters counters);
  void change_stubs(const StubChanges& changes);
  // Of a scenario with a mesh. Returns what to warn of.
  [[nodiscard]] std::vector<std::string> change_intentions(
      const std::vector<IntentionChange>& changes);
  [[nodiscard]] std::vector<std::string> mesh_warnings() const {
    return mesh_ ? mesh_->strangers(config_) : std::vector<std::string>{};
  }
  // Counters and balancers live on. An Error changes nothing.
  [[nodiscard]] Result<void> reload(model::Config config);
  [[nodiscard]] Result<void> change_gateway(const GatewayOptions& options);

  // Judged only while a step of the scenario asks for overshoot: keys as text cost time.
  [[nodiscard]] OvershootAudit* audit() { return audit_ ? &*audit_ : nullptr; }

 private:
  World(const Scenario& scenario, model::Config config);
  [[nodiscard]] Result<void> recompile(model::Config config, const gateway::Settings& settings,
                                       gateway::CountingMode counting);
  [[nodiscard]] limit::VirtualRedis& redis(const gateway::Store& store);
  void sync_due(WallTime now);

  WallTime start_;
  VirtualClock clock_;
  Rng rng_;
  Rng balance_rng_;
  Balance balance_;
  gateway::CountingMode counting_;
  std::uint32_t turn_ = 0;
  model::Config config_;  // kept for set: {gateway}, which compiles it anew
  gateway::Settings settings_;
  gateway::SnapshotPtr snapshot_;
  Stubs stubs_;
  std::unique_ptr<MeshWorld> mesh_;  // nullptr: there is none
  std::vector<Node> nodes_;
  bool counters_up_;
  std::map<std::string, limit::VirtualRedis> redises_;  // by host:port/database
  std::map<const gateway::Store*, limit::VirtualRedis*> redis_of_store_;
  bool syncs_ = false;
  std::vector<limit::Reading> readings_;
  std::optional<OvershootAudit> audit_;
  WallSeconds date_second_{};
  std::string date_;
};

}  // namespace gw::replay
