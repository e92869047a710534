// All that the simulated agent knows; its endpoints and the sidecars share it.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>

#include "mesh/acl.h"
#include "mesh/authority.h"
#include "mesh/catalog.h"
#include "mesh/changes.h"
#include "mesh/intentions.h"
#include "mesh/key_values.h"
#include "mesh/leaves.h"
#include "net/loop.h"

namespace gw::mesh {

struct AgentSettings {
  std::string datacenter = "dc1";
  std::string node_name = "gatewayctl-mesh";
  std::string node_id;                // UUID; empty: a new one
  std::string address = "127.0.0.1";  // the node's
  std::string version = "1.8.7";      // what agent/self says
  LeafPolicy leaves{};
  AclOptions acl{};
  bool allow_by_default = true;  // connections that no intention is about
};

// What `gatewayctl mesh fault` has done to the agent.
struct AgentFaults {
  std::chrono::milliseconds delay{0};  // before every answer
  bool down = false;                   // connections are reset; control requests are answered
};

// What the API counts.
struct AgentCounters {
  std::uint64_t requests = 0;  // answered
  std::size_t waiting = 0;     // blocking requests under way
};

// On its loop's thread alone.
struct State {
  // Errors are the authority's.
  [[nodiscard]] static Result<std::unique_ptr<State>> create(net::Loop& loop,
                                                             AgentSettings settings);

  net::Loop& loop;
  AgentSettings settings;
  Changes changes;
  std::unique_ptr<Authority> authority;
  Leaves leaves;
  Intentions intentions;
  Catalog catalog;
  KeyValues kv;
  Acl acl;
  AgentFaults faults;
  AgentCounters counters;

  // A new root, and all that follows from it.
  [[nodiscard]] Result<void> rotate(const Secret& key = {}, bool cross_sign = true);

  State(net::Loop& loop, AgentSettings settings, std::unique_ptr<Authority> authority);
};

}  // namespace gw::mesh
