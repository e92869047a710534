// What `mesh up` is asked for: of flags and of the topology file.
#pragma once

#include <optional>
#include <string>

#include "base/result.h"
#include "cli/parse.h"
#include "inputs.h"
#include "mesh/topology.h"
#include "net/listener.h"

namespace gw::app {

struct MeshPlan {
  mesh::Topology topology;
  net::Address consul;
  std::string ready_file;
  std::string hosts_file;
  bool verbose = false;
};

// An Error (invalid) is a mistake on the command line. nullopt: the topology cannot be read, or is
// wrong; `inputs` has what is wrong with it, and warnings otherwise.
[[nodiscard]] Result<std::optional<MeshPlan>> read_mesh_plan(const cli::Invocation& invocation,
                                                             Inputs& inputs);

}  // namespace gw::app
