#include "mesh/catalog_definition.h"

#include <utility>

#include "mesh/go_decode.h"
#include "mesh/go_proxy.h"
#include "mesh/service_definition.h"

namespace gw::mesh {
namespace {

constexpr std::string_view kDeregisterType = R"(struct { Address string; *structs.Alias })";
// What Go calls the structs that decode themselves: it prints their fields.
constexpr std::string_view kConnectType =
    R"(struct { SidecarServiceSnake *structs.ServiceDefinition "json:\"sidecar_service\""; *structs.Alias })";
constexpr std::string_view kDefinitionType =
    R"(struct { Interval interface {}; Timeout interface {}; DeregisterCriticalServiceAfter interface {}; TTL interface {}; *structs.Alias })";

std::string span_text(std::chrono::nanoseconds span) {
  // Whole seconds suffice: Consul's checks know nothing finer.
  const auto seconds = std::chrono::duration_cast<std::chrono::seconds>(span).count();
  std::string text;
  if (seconds >= 3600) text += std::to_string(seconds / 3600) + "h";
  if (seconds >= 60) text += std::to_string(seconds / 60 % 60) + "m";
  return text + std::to_string(seconds % 60) + "s";
}

CheckKind kind_of(const std::string& http, const std::string& tcp) {
  if (!http.empty()) return CheckKind::http;
  return tcp.empty() ? CheckKind::none : CheckKind::tcp;
}

// Shown as it came, what is empty left out.
GoError read_check_definition_of(const Json& value, const GoPlace& place, Check& check) {
  std::chrono::nanoseconds interval{0}, timeout{0}, deregister{0};
  std::string http, method, body, tcp;
  bool skip_verify = false;
  Json headers = Json::object();
  const GoRead header =
      go_map("map[string][]string",
             [&](const std::string& key, const Json& each, const GoPlace& where) -> GoError {
               std::vector<std::string> values;
               if (auto error = go_texts(values)(each, where)) return error;
               add_member(headers, key, values);
               return std::nullopt;
             });
  auto error = read_struct(value, place.seal(), kDefinitionType,
                           {{"HTTP", go_text(http)},
                            {"TLSSkipVerify", go_bool(skip_verify)},
                            {"Header", header},
                            {"Method", go_text(method)},
                            {"Body", go_text(body)},
                            {"TCP", go_text(tcp)},
                            {"Interval", go_span(interval)},
                            {"Timeout", go_span(timeout)},
                            {"DeregisterCriticalServiceAfter", go_span(deregister)}});
  if (error) return error;
  Json shown = Json::object();
  const auto span = [&](const char* name, std::chrono::nanoseconds length) {
    if (length.count() != 0) shown[name] = span_text(length);
  };
  const auto text = [&](const char* name, const std::string& content) {
    if (!content.empty()) shown[name] = content;
  };
  span("Interval", interval);
  span("Timeout", timeout);
  span("DeregisterCriticalServiceAfter", deregister);
  text("HTTP", http);
  if (skip_verify) shown["TLSSkipVerify"] = true;
  if (!headers.empty()) shown["Header"] = std::move(headers);
  text("Method", method);
  text("Body", body);
  text("TCP", tcp);
  check.definition_json = go_json(shown, false);
  check.kind = kind_of(http, tcp);
  return std::nullopt;
}

GoRead read_catalog_check(std::vector<CatalogCheck>& checks, bool first) {
  return [&checks, first](const Json& value, const GoPlace& place) -> GoError {
    CatalogCheck read;
    Check& check = read.check;
    std::string type;
    std::string ignored;
    std::vector<std::string> tags;
    std::int64_t index = 0;
    auto error = read_struct(value, place, "structs.HealthCheck",
                             {{"Node", go_text(read.node)},
                              {"CheckID", go_text(check.id, "types.CheckID")},
                              {"Name", go_text(check.name)},
                              {"Status", go_text(read.status)},
                              {"Notes", go_text(check.notes)},
                              {"Output", go_text(check.output)},
                              {"ServiceID", go_text(check.service_id)},
                              {"ServiceName", go_text(ignored)},
                              {"ServiceTags", go_texts(tags)},
                              {"Type", go_text(type)},
                              {"Definition",
                               [&](const Json& each, const GoPlace& where) {
                                 return read_check_definition_of(each, where, check);
                               }},
                              {"CreateIndex", go_int(index)},
                              {"ModifyIndex", go_int(index)}});
    if (error) return error;
    if (check.id.empty()) check.id = check.name;
    checks.insert(first ? checks.begin() : checks.end(), std::move(read));
    return std::nullopt;
  };
}

GoRead read_node_service(CatalogRegistration& registration) {
  return [&registration](const Json& value, const GoPlace& place) -> GoError {
    ServiceDefinition given;
    std::int64_t index = 0;
    auto& weights = given.weights;
    const GoRead read_weights = [&](const Json& each, const GoPlace& where) {
      auto& pair = weights.emplace(0, 0);
      return read_struct(each, where, "structs.Weights",
                         {{"Passing", go_int(pair.first)}, {"Warning", go_int(pair.second)}});
    };
    const GoRead read_connect = [&](const Json& each, const GoPlace& where) {
      return read_struct(each, where.seal(), kConnectType,
                         {{"Native", go_bool(given.native)}, {"SidecarService", go_ignore()}});
    };
    auto error = read_struct(value, place, "structs.NodeService",
                             {{"Kind", go_text(given.kind, "structs.ServiceKind")},
                              {"ID", go_text(given.id)},
                              {"Service", go_text(given.name)},
                              {"Tags", go_texts(given.tags)},
                              {"Address", go_text(given.address)},
                              {"TaggedAddresses", go_tagged_addresses(given.tagged_addresses)},
                              {"Meta", go_text_map(given.meta)},
                              {"Port", go_int(given.port)},
                              {"Weights", read_weights},
                              {"EnableTagOverride", go_bool(given.enable_tag_override)},
                              {"Proxy", go_proxy(given.proxy, given.proxy_problems)},
                              {"Connect", read_connect},
                              {"LocallyRegisteredAsSidecar", go_ignore()},
                              {"CreateIndex", go_int(index)},
                              {"ModifyIndex", go_int(index)}});
    if (error) return error;
    if (weights && weights->first < 1) weights = {1, weights->second < 1 ? 1 : weights->second};
    registration.service = given.instance();
    registration.service_port = given.port;
    if (given.id.empty()) registration.service->id = given.name;
    return std::nullopt;
  };
}

// Names that every request to Consul's servers may have.
void add_common(std::vector<GoField>& fields) {
  for (const std::string_view name :
       {"Token", "AllowStale", "RequireConsistent", "UseCache", "MaxAge", "MustRevalidate",
        "MaxStaleDuration", "MinQueryIndex", "MaxQueryTime", "StaleIfError", "Filter"}) {
    fields.push_back({name, go_ignore()});
  }
}

}  // namespace

Result<CatalogRegistration> read_registration(std::string_view body) {
  const auto json = read_json(body);
  if (!json) return std::unexpected(json.error());
  CatalogRegistration read;
  Node& node = read.node;
  std::vector<GoField> fields{
      {"Datacenter", go_text(read.datacenter)},
      {"ID", go_text(node.id, "types.NodeID")},
      {"Node", go_text(node.name)},
      {"Address", go_text(node.address)},
      {"TaggedAddresses", go_text_map(node.tagged_addresses)},
      {"NodeMeta", go_text_map(node.meta)},
      {"Service", read_node_service(read)},
      {"Check", read_catalog_check(read.checks, true)},
      {"Checks", go_array("structs.HealthChecks", read_catalog_check(read.checks, false))},
      {"SkipNodeUpdate", go_bool(read.skip_node_update)}};
  add_common(fields);
  if (auto error = read_struct(*json, {}, "structs.RegisterRequest", fields)) {
    return fail(ErrorCode::invalid, *error);
  }
  return read;
}

Result<CatalogDeregistration> read_deregistration(std::string_view body) {
  const auto json = read_json(body);
  if (!json) return std::unexpected(json.error());
  CatalogDeregistration read;
  std::string ignored;
  std::vector<GoField> fields{{"Datacenter", go_text(read.datacenter)},
                              {"Node", go_text(read.node)},
                              {"ServiceID", go_text(read.service_id)},
                              {"CheckID", go_text(read.check_id, "types.CheckID")},
                              {"Address", go_text(ignored)}};
  add_common(fields);
  if (auto error = read_struct(*json, {}, kDeregisterType, fields)) {
    return fail(ErrorCode::invalid, *error);
  }
  return read;
}

}  // namespace gw::mesh
