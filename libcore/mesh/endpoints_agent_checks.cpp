// /v1/agent/checks and /v1/agent/check/...: the agent's own checks (consul-behaviour.md 2.12).
#include <utility>

#include <fmt/format.h>

#include "mesh/catalog_json.h"
#include "mesh/catalog_support.h"
#include "mesh/endpoints.h"
#include "mesh/go_decode.h"
#include "mesh/service_definition.h"

namespace gw::mesh {
namespace {

Reply list_checks(const State& state, const Call& call) {
  const Catalog& catalog = state.catalog;
  Json list = Json::object();
  for (const auto& [id, check] : catalog.checks()) {
    const ServiceInstance* service = catalog.find(check.service_id);
    const bool visible = service != nullptr
                             ? may_see(state, call, *service)
                             : may(state, call, Resource::node, catalog.node_name(), Access::read);
    if (visible) list[id] = agent_check_json(catalog.node_name(), check, service);
  }
  return local_reply(call, std::move(list), check_shape());
}

// A check of a service takes the right to write that, one of the node the right to write the node.
std::optional<Reply> vet(const State& state, const Call& call, std::string_view service_id) {
  const ServiceInstance* service = state.catalog.find(service_id);
  const bool of_service = service != nullptr;
  const std::string& name = of_service ? service->name : state.catalog.node_name();
  const Resource resource = of_service ? Resource::service : Resource::node;
  if (may(state, call, resource, name, Access::write)) return std::nullopt;
  return missing_right(of_service ? "service:write" : "node:write", name);
}

Reply register_check(State& state, const Call& call) {
  const auto definition = read_check_definition(call.body);
  if (!definition) return decode_failed(definition.error());
  if (definition->name.empty()) return refuse(400, "Missing check name");
  if (!definition->status.empty() && !health_of_text(definition->status)) {
    return refuse(400, "Bad check status");
  }
  if (auto problem = definition->problem(); !problem.empty()) {
    return refuse(400, "Invalid check: " + problem);
  }
  const std::string& service_id = definition->service_id;
  if (auto refused = vet(state, call, service_id)) return std::move(*refused);
  const std::string& id = definition->id.empty() ? definition->name : definition->id;
  if (const Check* replaced = state.catalog.find_check(id)) {
    if (auto refused = vet(state, call, replaced->service_id)) return std::move(*refused);
  }
  if (definition->is_script()) return refuse(500, std::string(kScriptsDisabled));
  if (!service_id.empty() && state.catalog.find(service_id) == nullptr) {
    return refuse(500, fmt::format("ServiceID \"{}\" does not exist", service_id));
  }
  if (state.catalog.checks().size() >= Catalog::kMaxChecks) {
    return refuse(500, "This agent's catalog is full");
  }
  state.catalog.put_check(definition->check(definition->name, definition->name));
  return done();
}

// nullopt: the check is there, or the agent has no ACLs to look up.
std::optional<Reply> vet_check(const State& state, const Call& call, const Check* check) {
  if (check != nullptr) return vet(state, call, check->service_id);
  if (!state.acl.enabled()) return std::nullopt;
  return refuse(500, fmt::format("Unknown check \"{}\"", call.rest));
}

Reply deregister_check(State& state, const Call& call) {
  if (call.rest.empty()) return refuse(500, "CheckID missing");
  if (auto refused = vet_check(state, call, state.catalog.find_check(call.rest))) {
    return std::move(*refused);
  }
  state.catalog.remove_check(call.rest);
  return done();
}

Reply update_ttl(State& state, const Call& call, Health status, std::string output) {
  const Check* check = state.catalog.find_check(call.rest);
  if (auto refused = vet_check(state, call, check)) return std::move(*refused);
  if (check == nullptr || check->kind != CheckKind::ttl) {
    return refuse(500, fmt::format("CheckID \"{}\" does not have associated TTL", call.rest));
  }
  state.catalog.report(call.rest, status, std::move(output));
  return done();
}

Reply update_check(State& state, const Call& call) {
  std::string status;
  std::string output;
  const auto json = read_json(call.body);
  if (!json) return decode_failed(json.error());
  if (auto error = read_struct(*json, {}, "agent.checkUpdate",
                               {{"Status", go_text(status)}, {"Output", go_text(output)}})) {
    return refuse(400, "Request decode failed: " + *error);
  }
  const auto health = health_of_text(status);
  if (!health) return refuse(400, fmt::format("Invalid check status: '{}'", status));
  return update_ttl(state, call, *health, std::move(output));
}

}  // namespace

void add_agent_check_endpoints(Endpoints& endpoints, State& state) {
  endpoints.add("/v1/agent/checks", {"GET"},
                [&state](const Call& call) { return list_checks(state, call); });
  const auto put = [&](std::string path, Reply (*handle)(State&, const Call&)) {
    endpoints.add(std::move(path), {"PUT"},
                  [&state, handle](const Call& call) { return handle(state, call); });
  };
  put("/v1/agent/check/register", register_check);
  put("/v1/agent/check/deregister/", deregister_check);
  put("/v1/agent/check/update/", update_check);
  put("/v1/agent/check/pass/", [](State& its, const Call& call) {
    return update_ttl(its, call, Health::passing, std::string(call.get("note")));
  });
  put("/v1/agent/check/warn/", [](State& its, const Call& call) {
    return update_ttl(its, call, Health::warning, std::string(call.get("note")));
  });
  put("/v1/agent/check/fail/", [](State& its, const Call& call) {
    return update_ttl(its, call, Health::critical, std::string(call.get("note")));
  });
}

}  // namespace gw::mesh
