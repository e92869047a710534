#include "mesh/catalog_json.h"

namespace gw::mesh {
namespace {

Json parse_object(const std::string& text) {
  auto value = read_json(text);
  return value && value->is_object() ? std::move(*value) : Json::object();
}

Json map_json(const std::map<std::string, std::string>& map) {
  Json json = Json::object();
  for (const auto& [key, value] : map) add_member(json, key, value);
  return json;
}
// Go's nil map.
Json map_or_null(const std::map<std::string, std::string>& map) {
  return map.empty() ? Json(nullptr) : map_json(map);
}

Json tags_json(const std::vector<std::string>& tags) {
  Json json = Json::array();
  for (const std::string& tag : tags) json.push_back(tag);
  return json;
}

Json weights_json(const ServiceInstance& service) {
  return {{"Passing", service.weight_passing}, {"Warning", service.weight_warning}};
}

Json tagged_json(const ServiceInstance& service) {
  Json json = Json::object();
  for (const auto& [name, address] : service.tagged_addresses) {
    add_member(json, name, {{"Address", address.address}, {"Port", address.port}});
  }
  return json;
}

Json gateway_json(const std::string& mode) {
  Json json = Json::object();
  if (!mode.empty()) json["Mode"] = mode;
  return json;
}

Json upstream_json(const ProxyUpstream& upstream, bool of_agent) {
  Json json{{"DestinationType", upstream.type}};
  if (!upstream.name_space.empty()) json["DestinationNamespace"] = upstream.name_space;
  json["DestinationName"] = upstream.destination;
  if (!of_agent || !upstream.datacenter.empty()) json["Datacenter"] = upstream.datacenter;
  if (!upstream.local_address.empty()) json["LocalBindAddress"] = upstream.local_address;
  json["LocalBindPort"] = upstream.local_port;
  const Json config = parse_object(upstream.config_json);
  if (!config.empty()) {
    json["Config"] = config;
  } else if (!of_agent) {
    json["Config"] = upstream.config_json.empty() ? Json(nullptr) : config;
  }
  json["MeshGateway"] = gateway_json(upstream.gateway_mode);
  return json;
}

Json proxy_json(const ProxyFields& proxy, bool of_agent) {
  Json json = Json::object();
  if (!proxy.destination_name.empty()) json["DestinationServiceName"] = proxy.destination_name;
  if (!proxy.destination_id.empty()) json["DestinationServiceID"] = proxy.destination_id;
  if (!proxy.local_address.empty()) json["LocalServiceAddress"] = proxy.local_address;
  if (proxy.local_port != 0) json["LocalServicePort"] = proxy.local_port;
  Json config = parse_object(proxy.config_json);
  if (!config.empty()) json["Config"] = std::move(config);
  if (!proxy.upstreams.empty()) {
    Json upstreams = Json::array();
    for (const ProxyUpstream& upstream : proxy.upstreams) {
      upstreams.push_back(upstream_json(upstream, of_agent));
    }
    json["Upstreams"] = std::move(upstreams);
  }
  json["MeshGateway"] = gateway_json(proxy.gateway_mode);
  json["Expose"] = parse_object(proxy.expose_json);
  return json;
}

Json connect_json(const ServiceInstance& service) {
  Json json = Json::object();
  if (service.connect_native) json["Native"] = true;
  return json;
}

Json check_head(std::string_view node_name, const Check& check) {
  return {{"Node", node_name},
          {"CheckID", check.id},
          {"Name", check.name},
          {"Status", name_of(check.status)},
          {"Notes", check.notes},
          {"Output", check.output},
          {"ServiceID", check.service_id}};
}

}  // namespace

Json node_json(const Node& node, std::string_view datacenter) {
  return {{"ID", node.id},
          {"Node", node.name},
          {"Address", node.address},
          {"Datacenter", datacenter},
          {"TaggedAddresses", map_or_null(node.tagged_addresses)},
          {"Meta", map_or_null(node.meta)},
          {"CreateIndex", node.create_index},
          {"ModifyIndex", node.modify_index}};
}

Json catalog_service_json(const Node& node, const ServiceInstance& service,
                          std::string_view datacenter) {
  Json json{{"ID", node.id},
            {"Node", node.name},
            {"Address", node.address},
            {"Datacenter", datacenter},
            {"TaggedAddresses", map_or_null(node.tagged_addresses)},
            {"NodeMeta", map_or_null(node.meta)},
            {"ServiceKind", name_of_kind(service)},
            {"ServiceID", service.id},
            {"ServiceName", service.name},
            {"ServiceTags", tags_json(service.tags)},
            {"ServiceAddress", service.address}};
  if (!service.tagged_addresses.empty()) json["ServiceTaggedAddresses"] = tagged_json(service);
  json["ServiceWeights"] = weights_json(service);
  json["ServiceMeta"] = map_json(service.meta);
  json["ServicePort"] = service.port;
  json["ServiceEnableTagOverride"] = service.enable_tag_override;
  json["ServiceProxy"] = proxy_json(service.proxy, false);
  json["ServiceConnect"] = connect_json(service);
  json["CreateIndex"] = service.create_index;
  json["ModifyIndex"] = service.modify_index;
  return json;
}

Json node_service_json(const ServiceInstance& service) {
  Json json = Json::object();
  if (service.kind != ServiceKind::typical) json["Kind"] = name_of_kind(service);
  json["ID"] = service.id;
  json["Service"] = service.name;
  json["Tags"] = tags_json(service.tags);
  json["Address"] = service.address;
  if (!service.tagged_addresses.empty()) json["TaggedAddresses"] = tagged_json(service);
  json["Meta"] = map_or_null(service.meta);
  json["Port"] = service.port;
  json["Weights"] = weights_json(service);
  json["EnableTagOverride"] = service.enable_tag_override;
  json["Proxy"] = proxy_json(service.proxy, false);
  json["Connect"] = connect_json(service);
  json["CreateIndex"] = service.create_index;
  json["ModifyIndex"] = service.modify_index;
  return json;
}

Json check_json(const Node& node, const Check& check) {
  const auto service = node.services.find(check.service_id);
  const bool has_service = service != node.services.end();
  Json json = check_head(node.name, check);
  json["ServiceName"] = has_service ? service->second.name : "";
  json["ServiceTags"] = has_service ? tags_json(service->second.tags) : Json::array();
  json["Type"] = name_of(check.kind);
  json["Definition"] = parse_object(check.definition_json);
  json["CreateIndex"] = check.create_index;
  json["ModifyIndex"] = check.modify_index;
  return json;
}

Json agent_service_json(const ServiceInstance& service, const std::optional<std::string>& hash) {
  Json json = Json::object();
  if (service.kind != ServiceKind::typical) json["Kind"] = name_of_kind(service);
  json["ID"] = service.id;
  json["Service"] = service.name;
  json["Tags"] = tags_json(service.tags);
  json["Meta"] = map_json(service.meta);
  json["Port"] = service.port;
  json["Address"] = service.address;
  if (!service.tagged_addresses.empty()) json["TaggedAddresses"] = tagged_json(service);
  json["Weights"] = weights_json(service);
  json["EnableTagOverride"] = service.enable_tag_override;
  if (hash) json["ContentHash"] = *hash;
  if (service.kind != ServiceKind::typical) json["Proxy"] = proxy_json(service.proxy, true);
  if (service.connect_native) json["Connect"] = connect_json(service);
  return json;
}

Json agent_check_json(std::string_view node_name, const Check& check,
                      const ServiceInstance* service) {
  Json json = check_head(node_name, check);
  json["ServiceName"] = service != nullptr ? service->name : "";
  json["ServiceTags"] = service != nullptr ? tags_json(service->tags) : Json::array();
  json["Type"] = name_of(check.kind);
  json["Definition"] = Json::object();
  json["CreateIndex"] = 0;
  json["ModifyIndex"] = 0;
  return json;
}

Json agent_health_check_json(std::string_view node_name, const Check& check,
                             const ServiceInstance* service) {
  Json json = check_head(node_name, check);
  json["ServiceName"] = service != nullptr ? service->name : "";
  const bool tagged = service != nullptr && !service->tags.empty();
  json["ServiceTags"] = tagged ? tags_json(service->tags) : Json(nullptr);
  json["Type"] = "";
  json["Definition"] = {
      {"Interval", "0s"}, {"Timeout", "0s"},        {"DeregisterCriticalServiceAfter", "0s"},
      {"HTTP", ""},       {"Header", nullptr},      {"Method", ""},
      {"Body", ""},       {"TLSSkipVerify", false}, {"TCP", ""}};
  json["CreateIndex"] = 0;
  json["ModifyIndex"] = 0;
  return json;
}

}  // namespace gw::mesh
