#include "mesh/hosts_text.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"

namespace gw::mesh {
namespace {

// Names of services need not be names of hosts.
bool is_host_name(std::string_view name) {
  return !name.empty() && std::ranges::all_of(name, [](char c) {
    return is_alnum(c) || c == '-' || c == '_' || c == '.';
  });
}

std::string names_of(std::string_view service, std::string_view datacenter) {
  std::string out;
  for (const std::string_view end : {"", "-sidecar"}) {
    for (const std::string_view zone :
         {"", ".default", ".default.svc", ".default.svc.cluster.local"}) {
      out += fmt::format(" {}{}{}", service, end, zone);
    }
  }
  for (const std::string_view kind : {"service", "connect"}) {
    out += fmt::format(" {0}.{1}.consul {0}.{1}.{2}.consul", service, kind, datacenter);
  }
  return out;
}

}  // namespace

std::string hosts_text(const Topology& placed) {
  std::string out = fmt::format(
      "{}: names of a simulated mesh; for gatewayctl serve --set dns_hostsfile=FILE\n", kHostsMark);
  out += fmt::format("{} localhost\n", nth_address(placed.network, 1).str());
  for (const TopologyService& service : placed.services) {
    if (!is_host_name(service.name)) continue;
    const std::string names = names_of(service.name, placed.consul.datacenter);
    out += fmt::format("{}{}\n", service.address->str(), names);
  }
  return out;
}

}  // namespace gw::mesh
