// /v1/health/...: instances with their checks (consul-behaviour.md 2.12).
#include <algorithm>
#include <optional>
#include <utility>

#include "mesh/catalog_json.h"
#include "mesh/catalog_support.h"
#include "mesh/endpoints.h"

namespace gw::mesh {
namespace {

// nullopt: neither true nor false.
std::optional<bool> wants_passing(const Call& call) {
  if (!call.has("passing")) return false;
  const std::string_view value = call.get("passing");
  return value.empty() ? true : parse_query_bool(value);
}

Json entry_json(const State& state, const Call& call, const Node& node,
                const ServiceInstance& service) {
  Json checks = Json::array();
  // The node's own come first.
  for (const std::string_view owner : {std::string_view(), std::string_view(service.id)}) {
    for (const auto& [id, check] : node.checks) {
      if (check.service_id != owner || !may_see(state, call, node, check)) continue;
      checks.push_back(check_json(node, check));
    }
  }
  return {{"Node", node_json(node, state.settings.datacenter)},
          {"Service", node_service_json(service)},
          {"Checks", std::move(checks)}};
}

Reply list_instances(const State& state, const Call& call, bool connect) {
  if (call.rest.empty()) return refuse(400, "Missing service name");
  const auto passing = wants_passing(call);
  if (!passing) return refuse(400, "Invalid value for ?passing");
  const Registry& registry = state.catalog.registry();
  Json list = Json::array();
  // A Connect list is as old as the proxies' services, another one as the service itself.
  std::uint64_t index = 0;
  for (const auto& [name, node] : registry.nodes()) {
    for (const auto& [id, service] : node.services) {
      if (!(connect ? connects_to(service, call.rest) : service.name == call.rest)) continue;
      index = std::max(index, registry.service_index(service.name, true, true));
      if (!has_wanted_meta(call, node) || (!connect && !has_wanted_tags(call, service))) continue;
      if (!may_see(state, call, node) || !may_see(state, call, service)) continue;
      if (*passing && health_on(node, id) != Health::passing) continue;
      list.push_back(entry_json(state, call, node, service));
    }
  }
  if (index == 0) index = registry.service_index(call.rest, false, true);
  return list_reply(call, std::move(list), health_entry_shape(), index);
}

template <class Wanted>
Reply list_checks(const State& state, const Call& call, const Wanted& wanted) {
  Json list = Json::array();
  for (const auto& [name, node] : state.catalog.registry().nodes()) {
    if (!has_wanted_meta(call, node)) continue;
    for (const auto& [id, check] : node.checks) {
      if (!wanted(node, check) || !may_see(state, call, node, check)) continue;
      list.push_back(check_json(node, check));
    }
  }
  return list_reply(call, std::move(list), check_shape(), state.catalog.registry().checks_index());
}

Reply checks_of_node(const State& state, const Call& call) {
  if (call.rest.empty()) return refuse(400, "Missing node name");
  return list_checks(state, call,
                     [&](const Node& node, const Check&) { return node.name == call.rest; });
}

Reply checks_of_service(const State& state, const Call& call) {
  if (call.rest.empty()) return refuse(400, "Missing service name");
  return list_checks(state, call, [&](const Node& node, const Check& check) {
    const auto service = node.services.find(check.service_id);
    return service != node.services.end() && service->second.name == call.rest;
  });
}

Reply checks_in_state(const State& state, const Call& call) {
  if (call.rest.empty()) return refuse(400, "Missing check state");
  return list_checks(state, call, [&](const Node&, const Check& check) {
    return call.rest == "any" || call.rest == name_of(check.status);
  });
}

}  // namespace

void add_health_endpoints(Endpoints& endpoints, State& state) {
  prepare_catalog(state);
  const auto get = [&](std::string path, Reply (*show)(const State&, const Call&)) {
    endpoints.add(std::move(path), {"GET"},
                  [&state, show](const Call& call) { return show(state, call); });
  };
  get("/v1/health/service/",
      [](const State& its, const Call& call) { return list_instances(its, call, false); });
  get("/v1/health/connect/",
      [](const State& its, const Call& call) { return list_instances(its, call, true); });
  get("/v1/health/node/", checks_of_node);
  get("/v1/health/checks/", checks_of_service);
  get("/v1/health/state/", checks_in_state);
}

}  // namespace gw::mesh
