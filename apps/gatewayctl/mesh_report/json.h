// What others read of a running mesh: the file of --ready-file.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "mesh/mesh.h"

namespace gw::mesh_report {

struct Ready {
  std::string consul;  // "127.0.0.1:8500"
  std::vector<mesh::PlacedService> services;
  std::string hosts_file;
  int pid = 0;
};

// {"consul":"127.0.0.1:8500","services":{"web":{"sidecar":"127.0.0.3:20000","app":"127.0.0.3:9090",
// "upstreams":{"api":"127.0.0.3:9091"}}},"hosts":"/tmp/x/hosts","pid":1}; what a gateway does not
// have is null.
inline constexpr std::string_view kReadyMark = "{\"consul\":";
[[nodiscard]] std::string ready_json(const Ready& ready);

}  // namespace gw::mesh_report
