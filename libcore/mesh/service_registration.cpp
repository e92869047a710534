#include "mesh/service_registration.h"

#include <chrono>
#include <utility>

#include <fmt/format.h>

namespace gw::mesh {
namespace {

// What Consul checks about a sidecar that brings no checks of its own. It probes the service's
// local address; later versions the sidecar's own, which is where it listens.
std::vector<CheckDefinition> default_checks(const ServiceInstance& sidecar,
                                            const std::string& parent) {
  CheckDefinition listening{.name = "Connect Sidecar Listening"};
  const std::string& host = sidecar.address.empty() ? sidecar.proxy.local_address : sidecar.address;
  const bool bare_v6 = host.contains(':') && !host.starts_with('[');
  listening.tcp = fmt::format("{}:{}", bare_v6 ? fmt::format("[{}]", host) : host, sidecar.port);
  listening.interval = std::chrono::seconds(10);
  CheckDefinition aliasing{.name = "Connect Sidecar Aliasing " + parent};
  aliasing.alias_service = parent;
  return {listening, aliasing};
}

void inherit(ServiceInstance& sidecar, const ServiceInstance& parent) {
  if (sidecar.kind == ServiceKind::typical) sidecar.kind = ServiceKind::connect_proxy;
  if (sidecar.name.empty()) sidecar.name = parent.name + "-sidecar-proxy";
  if (sidecar.meta.empty()) sidecar.meta = parent.meta;
  if (sidecar.tags.empty()) sidecar.tags = parent.tags;
  if (sidecar.address.empty()) sidecar.address = parent.address;
  ProxyFields& proxy = sidecar.proxy;
  if (proxy.destination_name.empty()) proxy.destination_name = parent.name;
  if (proxy.destination_id.empty()) proxy.destination_id = parent.id;
  if (proxy.local_address.empty()) proxy.local_address = "127.0.0.1";
  if (proxy.local_port == 0) proxy.local_port = parent.port;
}

}  // namespace

std::vector<Check> checks_for(const std::vector<CheckDefinition>& definitions,
                              const ServiceInstance& service, const Catalog& catalog) {
  std::vector<Check> checks;
  for (const CheckDefinition& definition : definitions) {
    std::string id = "service:" + service.id;
    if (definitions.size() > 1) id += fmt::format(":{}", checks.size() + 1);
    Check check = definition.check(id, fmt::format("Service '{}' check", service.name));
    const Check* standing = catalog.find_check(check.id);
    if (standing != nullptr && definition.status.empty()) check.status = standing->status;
    check.service_id = service.id;
    checks.push_back(std::move(check));
  }
  return checks;
}

Result<Registration> sidecar_for(const ServiceDefinition& parent, const Catalog& catalog) {
  const ServiceDefinition& given = *parent.sidecar;
  const ServiceInstance service = parent.instance();
  if (const std::string problem = problem_of_meta(given.meta); !problem.empty()) {
    return fail(ErrorCode::invalid, problem);
  }
  Registration made;
  ServiceInstance& sidecar = made.service = given.instance();
  sidecar.id = service.id + "-sidecar-proxy";
  sidecar.name = given.name;
  sidecar.sidecar_of = service.id;
  inherit(sidecar, service);
  if (given.port < 1) {
    const auto port = catalog.sidecar_port(sidecar.id);
    if (!port) {
      return fail(ErrorCode::invalid,
                  fmt::format("no port provided for sidecar_service and none left in the "
                              "configured range [{}, {}]",
                              Catalog::kFirstSidecarPort, Catalog::kLastSidecarPort));
    }
    sidecar.port = *port;
  }
  made.checks = checks_for(
      given.checks.empty() ? default_checks(sidecar, service.id) : given.checks, sidecar, catalog);
  return made;
}

}  // namespace gw::mesh
