// /v1/catalog/...: nodes and services as the servers list them (consul-behaviour.md 2.12).
#include <algorithm>
#include <functional>
#include <map>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "mesh/catalog_json.h"
#include "mesh/catalog_support.h"
#include "mesh/endpoints.h"

namespace gw::mesh {
namespace {

struct DistinctTags {
  std::set<std::string_view> seen{};
  std::vector<std::string_view> in_order{};

  void add(std::string_view tag) {
    if (seen.insert(tag).second) in_order.push_back(tag);
  }
};

Reply list_services(const State& state, const Call& call) {
  Json list = Json::object();
  std::map<std::string_view, DistinctTags> tags;
  for (const auto& [name, node] : state.catalog.registry().nodes()) {
    if (!has_wanted_meta(call, node)) continue;
    for (const auto& [id, service] : node.services) {
      if (!may_see(state, call, service)) continue;
      DistinctTags& its_tags = tags[service.name];
      for (const std::string& tag : service.tags) its_tags.add(tag);
    }
  }
  for (const auto& [name, its_tags] : tags) {
    Json shown = Json::array();
    for (const std::string_view tag : its_tags.in_order) shown.push_back(tag);
    add_member(list, std::string(name), std::move(shown));
  }
  Reply reply = json_reply(call, list);  // Consul ignores filter= here
  reply.index = state.catalog.registry().services_index();
  reply.has_consistency = true;
  return reply;
}

Reply list_instances(const State& state, const Call& call, bool connect) {
  if (call.rest.empty()) return refuse(400, "Missing service name");
  Json list = Json::array();
  bool found = false;
  for (const auto& [name, node] : state.catalog.registry().nodes()) {
    for (const auto& [id, service] : node.services) {
      if (!(connect ? connects_to(service, call.rest) : service.name == call.rest)) continue;
      found = true;
      if (!has_wanted_meta(call, node) || (!connect && !has_wanted_tags(call, service))) continue;
      if (!may_see(state, call, node) || !may_see(state, call, service)) continue;
      list.push_back(catalog_service_json(node, service, state.settings.datacenter));
    }
  }
  return list_reply(call, std::move(list), catalog_service_shape(),
                    state.catalog.registry().service_index(call.rest, found, false));
}

Reply list_nodes(const State& state, const Call& call) {
  Json list = Json::array();
  for (const auto& [name, node] : state.catalog.registry().nodes()) {
    if (!has_wanted_meta(call, node) || !may_see(state, call, node)) continue;
    list.push_back(node_json(node, state.settings.datacenter));
  }
  return list_reply(call, std::move(list), node_shape(), state.catalog.registry().nodes_index());
}

Reply show_node(const State& state, const Call& call) {
  if (call.rest.empty()) return refuse(400, "Missing node name");
  const Registry& registry = state.catalog.registry();
  const Node* node = registry.find(call.rest);
  Json shown(nullptr);
  if (node != nullptr && may_see(state, call, *node)) {
    Json services = Json::object();
    for (const auto& [id, service] : node->services) {
      if (may_see(state, call, service)) services[id] = node_service_json(service);
    }
    if (auto refused = apply_filter(call, services, node_service_shape()))
      return std::move(*refused);
    shown = {{"Node", node_json(*node, state.settings.datacenter)},
             {"Services", std::move(services)}};
  }
  Reply reply = json_reply(call, shown);
  reply.index = node == nullptr ? 1 : std::max(registry.nodes_index(), registry.services_index());
  reply.has_consistency = true;
  return reply;
}

}  // namespace

void add_catalog_endpoints(Endpoints& endpoints, State& state) {
  prepare_catalog(state);
  const auto get = [&](std::string path, Reply (*show)(const State&, const Call&)) {
    endpoints.add(std::move(path), {"GET"},
                  [&state, show](const Call& call) { return show(state, call); });
  };
  get("/v1/catalog/services", list_services);
  get("/v1/catalog/nodes", list_nodes);
  get("/v1/catalog/node/", show_node);
  get("/v1/catalog/service/",
      [](const State& its, const Call& call) { return list_instances(its, call, false); });
  get("/v1/catalog/connect/",
      [](const State& its, const Call& call) { return list_instances(its, call, true); });
  add_catalog_write_endpoints(endpoints, state);
}

}  // namespace gw::mesh
