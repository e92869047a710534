// /v1/agent/services and /v1/agent/service/...: what is registered with this agent
// (consul-behaviour.md 2.12).
#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "base/hash.h"
#include "mesh/catalog_json.h"
#include "mesh/catalog_support.h"
#include "mesh/endpoints.h"
#include "mesh/go_decode.h"
#include "mesh/service_registration.h"

namespace gw::mesh {
namespace {

Reply list_services(const State& state, const Call& call) {
  Json list = Json::object();
  for (const auto& [id, service] : state.catalog.services()) {
    if (may_see(state, call, service)) list[id] = agent_service_json(service);
  }
  return local_reply(call, std::move(list), agent_service_shape());
}

Reply show_service(const State& state, const Call& call) {
  const ServiceInstance* service = state.catalog.find(call.rest);
  if (service == nullptr) return refuse(404, "unknown service ID: " + call.rest);
  if (!may_see(state, call, *service)) return refuse(403, "Permission denied");
  const std::string hash =
      fmt::format("{:x}", hash64(go_json(agent_service_json(*service), false)));
  Reply reply = json_reply(call, agent_service_json(*service, hash));
  reply.hash = hash;
  return reply;
}

// nullopt: the token may write the service, and the one that has its id now.
std::optional<Reply> vet(const State& state, const Call& call, const ServiceInstance& service) {
  const ServiceInstance* standing = state.catalog.find(service.id);
  const bool allowed =
      may(state, call, Resource::service, service.name, Access::write) &&
      (standing == nullptr || may(state, call, Resource::service, standing->name, Access::write));
  if (allowed) return std::nullopt;
  return missing_right("service:write", service.name);
}

bool has_script(const ServiceDefinition& service) {
  return std::ranges::any_of(service.checks, &CheckDefinition::is_script);
}

std::string problem_of_sidecar(const ServiceDefinition& service) {
  if (!service.sidecar) return "";
  for (const CheckDefinition& check : service.sidecar->checks) {
    if (const std::string problem = check.problem(); !problem.empty()) {
      return "Bad request: Invalid check in sidecar_service: " + problem;
    }
    if (!check.status.empty() && !health_of_text(check.status)) {
      return "Bad request: Status for checks must 'passing', 'warning', 'critical'";
    }
  }
  return "";
}

// Whether one more service with its checks goes in.
bool has_room(const Catalog& catalog, const ServiceDefinition& service) {
  const std::size_t checks =
      service.checks.size() + (service.sidecar ? 2 + service.sidecar->checks.size() : 0);
  return catalog.services().size() + 2 <= Catalog::kMaxServices &&
         catalog.checks().size() + checks <= Catalog::kMaxChecks;
}

void enter(Catalog& catalog, Registration registration, bool replace_checks) {
  if (replace_checks) {
    catalog.add(std::move(registration.service), std::move(registration.checks));
  } else {
    catalog.put(std::move(registration.service), std::move(registration.checks));
  }
}

Reply register_service(State& state, const Call& call) {
  const auto definition = read_service_definition(call.body);
  if (!definition) return decode_failed(definition.error());
  if (auto problem = problem_of(*definition); !problem.empty()) return refuse(400, problem);
  if (auto problem = problem_of_sidecar(*definition); !problem.empty()) return refuse(500, problem);
  Registration own{.service = definition->instance(), .checks = {}};
  if (auto refused = vet(state, call, own.service)) return std::move(*refused);
  Registration sidecar;
  if (definition->sidecar) {
    auto made = sidecar_for(*definition, state.catalog);
    if (!made) return refuse(500, "Bad request: Invalid SidecarService: " + made.error().message);
    sidecar = std::move(*made);
    // Consul's agent takes a broken one, and its catalog then refuses it without telling the
    // client.
    const auto problems = proxy_problems(sidecar.service);
    if (sidecar.service.kind == ServiceKind::connect_proxy && !problems.empty()) {
      return refuse(400, go_errors(problems));
    }
    if (auto refused = vet(state, call, sidecar.service)) return std::move(*refused);
  }
  if (has_script(*definition) || (definition->sidecar && has_script(*definition->sidecar))) {
    return refuse(500, std::string(kScriptsDisabled));
  }
  if (!has_room(state.catalog, *definition)) return refuse(500, "This agent's catalog is full");
  own.checks = checks_for(definition->checks, own.service, state.catalog);
  const std::string_view replace = call.get("replace-existing-checks");
  const bool replaces =
      call.has("replace-existing-checks") && (replace.empty() || replace == "true");
  enter(state.catalog, std::move(own), replaces);
  if (definition->sidecar) enter(state.catalog, std::move(sidecar), replaces);
  return done();
}

Reply deregister_service(State& state, const Call& call) {
  if (call.rest.empty()) return refuse(500, "ServiceID missing");
  const ServiceInstance* service = state.catalog.find(call.rest);
  if (service == nullptr) {
    return state.acl.enabled() ? unknown_service(call.rest) : done();
  }
  if (auto refused = vet(state, call, *service)) return std::move(*refused);
  state.catalog.remove(call.rest);
  return done();
}

constexpr std::string_view kNoReason =
    "Maintenance mode is enabled for this {}, but no reason was provided. This is a default "
    "message.";

Check maintenance_check(const Call& call, bool of_node) {
  std::string notes(call.get("reason"));
  if (notes.empty()) notes = fmt::format(kNoReason, of_node ? "node" : "service");
  return {
      .id = of_node ? std::string(kNodeMaintenance) : std::string(kServiceMaintenance) + call.rest,
      .name = of_node ? "Node Maintenance Mode" : "Service Maintenance Mode",
      .kind = CheckKind::maintenance,
      .status = Health::critical,
      .notes = std::move(notes),
      .service_id = call.rest};
}

// ?enable= as Go's strconv.ParseBool has it.
std::optional<Reply> read_enable(const Call& call, bool& enable) {
  if (!call.has("enable")) return refuse(400, "Missing value for enable");
  const auto value = parse_query_bool(call.get("enable"));
  if (!value) {
    return refuse(400, fmt::format("Invalid value for enable: \"{}\"", call.get("enable")));
  }
  enable = *value;
  return std::nullopt;
}

void maintain(Catalog& catalog, const Call& call, bool enable, bool of_node) {
  Check check = maintenance_check(call, of_node);
  const bool stands = catalog.find_check(check.id) != nullptr;
  if (!enable && stands) {
    catalog.remove_check(check.id);
  } else if (enable && !stands) {
    catalog.put_check(std::move(check));
  }
}

Reply maintain_service(State& state, const Call& call) {
  if (call.rest.empty()) return refuse(400, "Missing service ID");
  bool enable = false;
  if (auto refused = read_enable(call, enable)) return std::move(*refused);
  const ServiceInstance* service = state.catalog.find(call.rest);
  if (service == nullptr) {
    return state.acl.enabled()
               ? unknown_service(call.rest)
               : refuse(404, fmt::format("No service registered with ID \"{}\"", call.rest));
  }
  if (auto refused = vet(state, call, *service)) return std::move(*refused);
  maintain(state.catalog, call, enable, false);
  return done();
}

Reply maintain_node(State& state, const Call& call) {
  bool enable = false;
  if (auto refused = read_enable(call, enable)) return std::move(*refused);
  if (!may(state, call, Resource::node, state.catalog.node_name(), Access::write)) {
    return refuse(403, "Permission denied");
  }
  maintain(state.catalog, call, enable, true);
  return done();
}

}  // namespace

void add_agent_service_endpoints(Endpoints& endpoints, State& state) {
  prepare_catalog(state);
  endpoints.add("/v1/agent/services", {"GET"},
                [&state](const Call& call) { return list_services(state, call); });
  endpoints.add("/v1/agent/service/", {"GET"},
                [&state](const Call& call) { return show_service(state, call); });
  const auto put = [&](std::string path, Reply (*handle)(State&, const Call&)) {
    endpoints.add(std::move(path), {"PUT"},
                  [&state, handle](const Call& call) { return handle(state, call); });
  };
  put("/v1/agent/service/register", register_service);
  put("/v1/agent/service/deregister/", deregister_service);
  put("/v1/agent/service/maintenance/", maintain_service);
  put("/v1/agent/maintenance", maintain_node);
  add_agent_check_endpoints(endpoints, state);
  add_agent_health_endpoints(endpoints, state);
}

}  // namespace gw::mesh
