// Where a mesh that has just started listens, and what can be done with it.
#pragma once

#include <string>
#include <vector>

#include "mesh/mesh.h"
#include "mesh/topology.h"

namespace gw::mesh_report {

struct Summary {
  std::string consul;  // "127.0.0.1:8500"
  std::string trust_domain;
  std::string hosts_file;
  mesh::TopologyConsul agent;
  std::vector<mesh::PlacedService> services;
};

[[nodiscard]] std::string summary_text(const Summary& summary);

}  // namespace gw::mesh_report
