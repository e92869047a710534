#include "mesh/topology.h"

#include <algorithm>
#include <set>
#include <utility>

namespace gw::mesh {
namespace {

constexpr unsigned kFirstService = 3;
constexpr std::uint16_t kGatewayPort = 9090;
constexpr std::uint16_t kServicePort = 9091;

// Ports that the file names are taken, as are those that stand at the same address.
void fill_ports(std::vector<TopologyCall>& calls, std::uint16_t first,
                std::set<std::uint16_t> taken) {
  for (const TopologyCall& call : calls) taken.insert(call.port);
  for (TopologyCall& call : calls) {
    if (call.port != 0) continue;
    while (taken.contains(first)) ++first;
    call.port = first++;
  }
}

}  // namespace

IpAddress nth_address(const IpAddress& network, unsigned n) {
  IpAddress out = network;
  out.bytes.back() = static_cast<std::uint8_t>(out.bytes.back() + n);
  return out;
}

bool is_network(const IpAddress& address) {
  return address.v4 && address.bytes[12] == 127 && address.bytes.back() == 0;
}

const TopologyService* find_service(const Topology& topology, std::string_view name) {
  const auto found = std::ranges::find(topology.services, name, &TopologyService::name);
  return found == topology.services.end() ? nullptr : &*found;
}

Topology placed(Topology topology) {
  unsigned next = kFirstService;
  for (TopologyService& service : topology.services) {
    if (!service.address) service.address = nth_address(topology.network, next);
    ++next;
    std::set<std::uint16_t> taken{service.sidecar_port};
    if (service.application.empty()) taken.insert(service.port);
    fill_ports(service.calls, kServicePort, std::move(taken));
  }
  fill_ports(topology.gateway_calls, kGatewayPort, {});
  return topology;
}

Topology tutorial_topology() {
  Topology out;
  out.cut_on_deny = true;  // the tutorial's next request is denied, whatever connections stand
  out.gateway = "kong";
  out.gateway_calls = {{.service = "web", .port = kGatewayPort}};
  out.services.push_back({.name = "web", .calls = {{.service = "api", .port = kServicePort}}});
  // What the tutorial's api calls itself, and says.
  out.services.push_back(
      {.name = "api", .sample = {.name = "api-v1", .message = "Response from API v1"}});
  return out;
}

}  // namespace gw::mesh
