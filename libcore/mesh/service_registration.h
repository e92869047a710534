// From what a client sent to what the agent keeps: ids and names of checks, sidecars with all that
// is derived from their service (consul-behaviour.md 2.12).
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "mesh/catalog.h"
#include "mesh/service_definition.h"

namespace gw::mesh {

struct Registration {
  ServiceInstance service;
  std::vector<Check> checks;
};

// A check that stands keeps its status, unless the definition gives one.
[[nodiscard]] std::vector<Check> checks_for(const std::vector<CheckDefinition>& definitions,
                                            const ServiceInstance& service, const Catalog& catalog);

// The sidecar of `Connect.SidecarService`. Errors (invalid): no port is left, its metadata.
[[nodiscard]] Result<Registration> sidecar_for(const ServiceDefinition& parent,
                                               const Catalog& catalog);

}  // namespace gw::mesh
