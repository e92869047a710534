// The shapes in which Consul 1.8 shows a catalog: keys, their order and what is left out differ
// between its catalog, health and agent endpoints.
//
// Only endpoint sources include this (see reply_json.h).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mesh/call.h"
#include "mesh/catalog_types.h"
#include "mesh/reply_json.h"

namespace gw::mesh {

// catalog/nodes, and the Node of health and catalog/node.
[[nodiscard]] Json node_json(const Node& node, std::string_view datacenter);
// An entry of catalog/service and catalog/connect.
[[nodiscard]] Json catalog_service_json(const Node& node, const ServiceInstance& service,
                                        std::string_view datacenter);
// The Service of health, and of catalog/node.
[[nodiscard]] Json node_service_json(const ServiceInstance& service);
// A check of health endpoints.
[[nodiscard]] Json check_json(const Node& node, const Check& check);

// An entry of agent/services; `hash`: of agent/service/:id.
[[nodiscard]] Json agent_service_json(const ServiceInstance& service,
                                      const std::optional<std::string>& hash = {});
// An entry of agent/checks.
[[nodiscard]] Json agent_check_json(std::string_view node_name, const Check& check,
                                    const ServiceInstance* service);
// The same in agent/health/service, where another encoder is at work.
[[nodiscard]] Json agent_health_check_json(std::string_view node_name, const Check& check,
                                           const ServiceInstance* service);

// Elements by example, as filter expressions want them (filter.h).
[[nodiscard]] const Json& node_shape();
[[nodiscard]] const Json& catalog_service_shape();
[[nodiscard]] const Json& node_service_shape();
[[nodiscard]] const Json& agent_service_shape();
[[nodiscard]] const Json& check_shape();
[[nodiscard]] const Json& health_entry_shape();

}  // namespace gw::mesh
