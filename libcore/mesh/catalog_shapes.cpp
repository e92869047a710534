// What filter expressions may name: the shapes of catalog_json.h, with a wildcard for map keys.
#include "mesh/catalog_json.h"

namespace gw::mesh {
namespace {

Node sample_node() {
  return {.name = "",
          .id = "",
          .address = "",
          .tagged_addresses = {{"*", ""}},
          .meta = {{"*", ""}},
          .services = {{"", {.id = "", .name = "", .tags = {""}}}}};
}

ServiceInstance sample_service() {
  ServiceInstance service{.id = "",
                          .name = "",
                          .kind = ServiceKind::connect_proxy,
                          .tags = {""},
                          .meta = {{"*", ""}},
                          .connect_native = true};
  service.tagged_addresses = {{"*", {"", 0}}};
  service.proxy = {.destination_name = "x",
                   .destination_id = "x",
                   .local_address = "x",
                   .local_port = 1,
                   .upstreams = {{.destination = "x",
                                  .local_address = "x",
                                  .local_port = 1,
                                  .datacenter = "x",
                                  .name_space = "x",
                                  .gateway_mode = "x"}},
                   .gateway_mode = "x",
                   .expose_json = R"({"Checks":false,"Paths":[{"ListenerPort":0,"Path":"",)"
                                  R"("LocalPathPort":0,"Protocol":"","ParsedFromCheck":false}]})"};
  return service;
}

// Opaque values, and what Consul keeps out of expressions.
Json without_opaque(Json shape) {
  shape.erase("CreateIndex");
  shape.erase("ModifyIndex");
  for (const char* proxy : {"Proxy", "ServiceProxy"}) {
    if (!shape.contains(proxy)) continue;
    for (Json& upstream : shape[proxy]["Upstreams"]) upstream.erase("Config");
  }
  return shape;
}

Json make_check_shape() {
  Json shape = without_opaque(check_json(sample_node(), {.id = "", .name = ""}));
  shape["Definition"] = {{"Interval", ""},
                         {"Timeout", ""},
                         {"DeregisterCriticalServiceAfter", ""},
                         {"HTTP", ""},
                         {"TLSSkipVerify", false},
                         {"Header", {{"*", Json::array({""})}}},
                         {"Method", ""},
                         {"Body", ""},
                         {"TCP", ""}};
  return shape;
}

}  // namespace

const Json& node_shape() {
  static const Json shape = without_opaque(node_json(sample_node(), ""));
  return shape;
}

const Json& catalog_service_shape() {
  static const Json shape =
      without_opaque(catalog_service_json(sample_node(), sample_service(), ""));
  return shape;
}

const Json& node_service_shape() {
  static const Json shape = without_opaque(node_service_json(sample_service()));
  return shape;
}

const Json& agent_service_shape() {
  static const Json shape = without_opaque(agent_service_json(sample_service(), ""));
  return shape;
}

const Json& check_shape() {
  static const Json shape = make_check_shape();
  return shape;
}

const Json& health_entry_shape() {
  static const Json shape = {{"Node", node_shape()},
                             {"Service", node_service_shape()},
                             {"Checks", Json::array({check_shape()})}};
  return shape;
}

}  // namespace gw::mesh
