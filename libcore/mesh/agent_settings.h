// What a topology says about the agent, as the agent's own settings.
#pragma once

#include "mesh/state.h"
#include "mesh/topology.h"

namespace gw::mesh {

[[nodiscard]] AgentSettings agent_settings(const Topology& topology);
// Whether "1.11.0-dev" is one of 1.11 or later, as which it is known by its first two numbers.
[[nodiscard]] bool is_since(std::string_view version, unsigned major, unsigned minor);

}  // namespace gw::mesh
