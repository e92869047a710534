#include "mesh/registration.h"

#include <utility>

#include <fmt/format.h>

namespace gw::mesh {
namespace {

constexpr std::uint16_t kGatewayPort = 8000;
constexpr std::uint16_t kGatewaySidecarPort = 20000;

std::vector<ProxyUpstream> upstreams_of(const std::vector<TopologyCall>& calls,
                                        const IpAddress& address) {
  std::vector<ProxyUpstream> out;
  out.reserve(calls.size());
  for (const TopologyCall& call : calls) {
    out.push_back(
        {.destination = call.service, .local_address = address.str(), .local_port = call.port});
  }
  return out;
}

// As Consul names what it registers by itself (consul-behaviour.md 2.12).
ServiceInstance sidecar_of(const ServiceInstance& service, std::uint16_t port,
                           std::vector<ProxyUpstream> upstreams) {
  ServiceInstance out{.id = service.id + "-sidecar-proxy",
                      .name = service.name + "-sidecar-proxy",
                      .kind = ServiceKind::connect_proxy,
                      .address = service.address,
                      .port = port};
  out.sidecar_of = service.id;
  out.proxy = {.destination_name = service.name,
               .destination_id = service.id,
               .local_address = service.address,
               .local_port = service.port,
               .upstreams = std::move(upstreams)};
  return out;
}

std::vector<Check> checks_of(const ServiceInstance& sidecar, Health health, std::string output) {
  // Nobody has to try whether a listener of this very process listens: a probe would count as a
  // connection without a certificate.
  Check listening{.id = fmt::format("service:{}:1", sidecar.id),
                  .name = "Connect Sidecar Listening",
                  .status = health,
                  .output = std::move(output),
                  .service_id = sidecar.id};
  Check aliasing{.id = fmt::format("service:{}:2", sidecar.id),
                 .name = "Connect Sidecar Aliasing " + sidecar.sidecar_of,
                 .kind = CheckKind::alias,
                 .status = Health::passing,
                 .output = "No checks found.",
                 .service_id = sidecar.id};
  aliasing.plan.target = sidecar.sidecar_of;
  return {std::move(listening), std::move(aliasing)};
}

void register_gateway(Catalog& catalog, const Topology& placed) {
  const ServiceInstance gateway{.id = placed.gateway,
                                .name = placed.gateway,
                                .address = nth_address(placed.network, 2).str(),
                                .port = kGatewayPort};
  const ServiceInstance sidecar =
      sidecar_of(gateway, kGatewaySidecarPort,
                 upstreams_of(placed.gateway_calls, nth_address(placed.network, 1)));
  catalog.add(gateway);
  catalog.add(sidecar, checks_of(sidecar, Health::critical,
                                 "a gateway's sidecar has no public listener: nobody calls it"));
}

void register_service(Catalog& catalog, const TopologyService& service) {
  const ServiceInstance instance{.id = service.name,
                                 .name = service.name,
                                 .address = service.address->str(),
                                 .port = service.port};
  const ServiceInstance sidecar =
      sidecar_of(instance, service.sidecar_port, upstreams_of(service.calls, *service.address));
  catalog.add(instance);
  catalog.add(sidecar,
              checks_of(sidecar, Health::passing,
                        fmt::format("TCP connect {}:{}: Success", sidecar.address, sidecar.port)));
}

}  // namespace

void register_services(Catalog& catalog, const Topology& placed) {
  if (!placed.gateway.empty()) register_gateway(catalog, placed);
  for (const TopologyService& service : placed.services) register_service(catalog, service);
}

}  // namespace gw::mesh
