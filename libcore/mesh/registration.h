// A topology's services and sidecars in the agent's catalog, as Consul shows those of a cluster.
#pragma once

#include "mesh/catalog.h"
#include "mesh/topology.h"

namespace gw::mesh {

// Of a placed topology. Every service passes. The gateway's sidecar is registered for its
// upstreams; since it has no public listener, it does not pass, so that nobody dials it.
void register_services(Catalog& catalog, const Topology& placed);

}  // namespace gw::mesh
