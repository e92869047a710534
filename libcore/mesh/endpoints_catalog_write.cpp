// /v1/catalog/register and deregister: what is entered in the catalog past any agent.
#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "base/uuid.h"
#include "mesh/catalog_definition.h"
#include "mesh/catalog_support.h"
#include "mesh/endpoints.h"
#include "mesh/go_decode.h"
#include "mesh/service_definition.h"

namespace gw::mesh {
namespace {

// Consul's Catalog.Register looks in this order; "" when there is nothing to refuse.
std::string problem_of_node(const State& state, const CatalogRegistration& registration) {
  const Node& node = registration.node;
  if (!registration.datacenter.empty() && registration.datacenter != state.settings.datacenter) {
    return "No path to datacenter";
  }
  if (node.name.empty()) return "Must provide node";
  if (node.address.empty() && !registration.skip_node_update) {
    return "Must provide address if SkipNodeUpdate is not set";
  }
  if (!node.id.empty() && !Uuid::parse(node.id)) {
    return node.id.size() == 36 ? "Bad node ID: invalid UUID"
                                : "Bad node ID: uuid string is wrong length";
  }
  const bool is_other = node.name != state.catalog.node_name();
  if (is_other && !node.id.empty() && node.id == state.settings.node_id) {
    return fmt::format(
        "failed inserting node: Error while renaming Node ID: \"{}\": Node name {} "
        "is reserved by node {}",
        node.id, node.name, state.catalog.node_name());
  }
  return "";
}

std::string problem_of_service(const CatalogRegistration& registration) {
  if (!registration.service) return "";
  const ServiceInstance& service = *registration.service;
  if (service.name.empty()) {
    return service.id.empty()
               ? "failed inserting service: failed inserting service: object missing primary index"
               : "Must provide service name with ID";
  }
  if (is_any_address(service.address)) return "Invalid service address";
  if (registration.service_port < 0 || registration.service_port > 65535) {
    return fmt::format("Invalid service port: {}", registration.service_port);
  }
  const auto problems = proxy_problems(service);
  return problems.empty() ? "" : go_errors(problems);
}

std::string problem_of_checks(const State& state, const CatalogRegistration& registration) {
  const Node* node = state.catalog.registry().find(registration.node.name);
  for (const CatalogCheck& each : registration.checks) {
    if (!each.node.empty() && each.node != registration.node.name) {
      return fmt::format("check node \"{}\" does not match node \"{}\"", each.node,
                         registration.node.name);
    }
    const std::string& service = each.check.service_id;
    const bool known = service.empty() || (node != nullptr && node->services.contains(service)) ||
                       (registration.service && registration.service->id == service);
    if (!known) {
      return fmt::format("failed inserting check: Missing service registration on node \"{}\"",
                         registration.node.name);
    }
    if (!each.status.empty() && !health_of_text(each.status)) {
      return fmt::format("Invalid check status: '{}'", each.status);
    }
  }
  return "";
}

std::string problem_of_size(const State& state, const CatalogRegistration& registration) {
  const Registry& registry = state.catalog.registry();
  const Node* node = registry.find(registration.node.name);
  const bool full =
      node == nullptr ? registry.nodes().size() >= Registry::kMaxNodes
                      : node->services.size() >= Registry::kMaxServices ||
                            node->checks.size() + registration.checks.size() > Registry::kMaxChecks;
  return full ? "This agent's catalog is full" : "";
}

bool may_register(const State& state, const Call& call, const CatalogRegistration& registration) {
  const Node* known = state.catalog.registry().find(registration.node.name);
  const Node& node = registration.node;
  const bool same = known != nullptr &&
                    (registration.skip_node_update ||
                     (known->address == node.address && (node.id.empty() || known->id == node.id)));
  const bool of_node = std::ranges::any_of(
      registration.checks, [](const CatalogCheck& each) { return each.check.service_id.empty(); });
  if ((!same || of_node) && !may(state, call, Resource::node, node.name, Access::write)) {
    return false;
  }
  if (!registration.service) return true;
  if (!may(state, call, Resource::service, registration.service->name, Access::write)) return false;
  if (known == nullptr) return true;
  const auto standing = known->services.find(registration.service->id);
  return standing == known->services.end() ||
         may(state, call, Resource::service, standing->second.name, Access::write);
}

Reply register_entry(State& state, const Call& call) {
  auto read = read_registration(call.body);
  if (!read) return decode_failed(read.error());
  CatalogRegistration& registration = *read;
  if (auto problem = problem_of_node(state, registration); !problem.empty()) {
    return refuse(500, problem);
  }
  if (auto problem = problem_of_service(registration); !problem.empty()) {
    return refuse(500, problem);
  }
  if (!may_register(state, call, registration)) return refuse(403, "Permission denied");
  if (auto problem = problem_of_checks(state, registration); !problem.empty()) {
    return refuse(500, problem);
  }
  if (auto problem = problem_of_size(state, registration); !problem.empty()) {
    return refuse(500, problem);
  }
  const std::string& name = registration.node.name;
  const bool is_own = name == state.catalog.node_name();
  const bool is_known = state.catalog.registry().find(name) != nullptr;
  Registry::Change change(state.catalog.registry());
  // The agent itself says what its node is.
  if (!is_own && (!registration.skip_node_update || !is_known)) change.put(registration.node);
  if (registration.service) change.put(name, *registration.service);
  for (CatalogCheck& each : registration.checks) {
    each.check.status = health_of_text(each.status).value_or(Health::critical);
    change.put(name, each.check);
  }
  return json_reply(call, true);
}

bool may_deregister(const State& state, const Call& call, const CatalogDeregistration& gone) {
  if (may(state, call, Resource::node, gone.node, Access::write)) return true;
  const Node* node = state.catalog.registry().find(gone.node);
  if (node == nullptr || (gone.service_id.empty() && gone.check_id.empty())) return false;
  std::string service_id = gone.service_id;
  if (service_id.empty()) {
    const auto check = node->checks.find(gone.check_id);
    if (check == node->checks.end()) return false;
    service_id = check->second.service_id;
  }
  const auto service = node->services.find(service_id);
  return service != node->services.end() &&
         may(state, call, Resource::service, service->second.name, Access::write);
}

// What an agent has registered it would enter again.
bool is_kept(const Catalog& catalog, const CatalogDeregistration& gone) {
  if (gone.node != catalog.node_name()) return false;
  if (!gone.service_id.empty()) {
    return gone.service_id == "consul" || catalog.find(gone.service_id) != nullptr;
  }
  return gone.check_id.empty() || gone.check_id == "serfHealth" ||
         catalog.find_check(gone.check_id) != nullptr;
}

Reply deregister_entry(State& state, const Call& call) {
  const auto read = read_deregistration(call.body);
  if (!read) return decode_failed(read.error());
  if (!read->datacenter.empty() && read->datacenter != state.settings.datacenter) {
    return refuse(500, "No path to datacenter");
  }
  if (read->node.empty()) return refuse(500, "Must provide node");
  if (!may_deregister(state, call, *read)) return refuse(403, "Permission denied");
  if (is_kept(state.catalog, *read)) return json_reply(call, true);
  Registry::Change change(state.catalog.registry());
  if (!read->service_id.empty()) {
    change.remove_service(read->node, read->service_id);
  } else if (!read->check_id.empty()) {
    change.remove_check(read->node, read->check_id);
  } else {
    change.remove_node(read->node);
  }
  return json_reply(call, true);
}

}  // namespace

void add_catalog_write_endpoints(Endpoints& endpoints, State& state) {
  endpoints.add("/v1/catalog/register", {"PUT"},
                [&state](const Call& call) { return register_entry(state, call); });
  endpoints.add("/v1/catalog/deregister", {"PUT"},
                [&state](const Call& call) { return deregister_entry(state, call); });
}

}  // namespace gw::mesh
