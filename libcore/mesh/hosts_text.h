// The hosts file (hosts(5)) by which a gateway on this machine finds a mesh's services.
#pragma once

#include <string>
#include <string_view>

#include "mesh/topology.h"

namespace gw::mesh {

// What the first line of such a file is, and no other's.
inline constexpr std::string_view kHostsMark = "# gatewayctl mesh";

// Of a placed topology. Each service has its own address, by which its application and its sidecar
// are found: as NAME and NAME-sidecar, as the same in Kubernetes' namespace default, and as
// NAME.service.consul and NAME.connect.consul. localhost is the gateway's machine.
[[nodiscard]] std::string hosts_text(const Topology& placed);

}  // namespace gw::mesh
