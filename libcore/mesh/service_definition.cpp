#include "mesh/service_definition.h"

#include <algorithm>
#include <utility>

#include "mesh/go_decode.h"
#include "mesh/go_proxy.h"

namespace gw::mesh {
namespace {

// What Go calls the structs that decode themselves: it prints their fields.
constexpr std::string_view kServiceType =
    R"(struct { EnableTagOverrideSnake bool "json:\"enable_tag_override\""; TaggedAddressesSnake map[string]structs.ServiceAddress "json:\"tagged_addresses\""; *structs.Alias })";
constexpr std::string_view kConnectType =
    R"(struct { SidecarServiceSnake *structs.ServiceDefinition "json:\"sidecar_service\""; *structs.Alias })";
constexpr std::string_view kCheckType =
    R"(struct { Interval interface {}; Timeout interface {}; TTL interface {}; DeregisterCriticalServiceAfter interface {}; Args []string "json:\"args\""; ScriptArgsSnake []string "json:\"script_args\""; DeregisterCriticalServiceAfterSnake interface {} "json:\"deregister_critical_service_after\""; DockerContainerIDSnake string "json:\"docker_container_id\""; TLSSkipVerifySnake bool "json:\"tls_skip_verify\""; ServiceID string "json:\"ServiceID\""; ServiceIDSnake string "json:\"service_id\""; *structs.Alias })";
// Of a check of its own.
constexpr std::string_view kOwnCheckType =
    R"(struct { Interval interface {}; Timeout interface {}; TTL interface {}; DeregisterCriticalServiceAfter interface {}; Args []string "json:\"args\""; ScriptArgsSnake []string "json:\"script_args\""; DeregisterCriticalServiceAfterSnake interface {} "json:\"deregister_critical_service_after\""; DockerContainerIDSnake string "json:\"docker_container_id\""; TLSSkipVerifySnake bool "json:\"tls_skip_verify\""; ServiceIDSnake string "json:\"service_id\""; *structs.Alias })";

GoError read_headers(const Json& value, const GoPlace& place, CheckDefinition& check) {
  return go_map("map[string][]string",
                [&](const std::string& key, const Json& each, const GoPlace& where) {
                  return go_texts(check.headers[key])(each, where);
                })(value, place);
}

// Fields that a check of a service and a check of its own have in common.
std::vector<GoField> check_fields(CheckDefinition& check) {
  const GoRead flag = [&](const Json& value, const GoPlace& place) -> GoError {
    bool set = false;
    auto error = go_bool(set)(value, place);
    check.any_flag = check.any_flag || set;
    return error;
  };
  return {{"Name", go_text(check.name)},
          {"Status", go_text(check.status)},
          {"Notes", go_text(check.notes)},
          {"ScriptArgs", go_texts(check.script)},
          {"script_args", go_texts(check.script)},
          {"Args", go_texts(check.script)},
          {"HTTP", go_text(check.http)},
          {"Header", [&](const Json& value,
                         const GoPlace& place) { return read_headers(value, place, check); }},
          {"Method", go_text(check.method)},
          {"Body", go_text(check.body)},
          {"TCP", go_text(check.tcp)},
          {"Interval", go_span(check.interval)},
          {"AliasNode", go_text(check.alias_node)},
          {"AliasService", go_text(check.alias_service)},
          {"DockerContainerID", go_text(check.docker)},
          {"docker_container_id", go_text(check.docker)},
          {"Shell", go_text(check.shell)},
          {"GRPC", go_text(check.grpc)},
          {"GRPCUseTLS", flag},
          {"TLSSkipVerify", flag},
          {"tls_skip_verify", flag},
          {"Timeout", go_span(check.timeout)},
          {"TTL", go_span(check.ttl)},
          {"SuccessBeforePassing", go_int(check.successes)},
          {"FailuresBeforeCritical", go_int(check.failures)},
          {"DeregisterCriticalServiceAfter", go_span(check.deregister_after)},
          {"deregister_critical_service_after", go_span(check.deregister_after)},
          {"OutputMaxSize", go_int(check.output_bytes)},
          {"ServiceID", go_text(check.service_id)},
          {"service_id", go_text(check.service_id)}};
}

GoRead read_check(std::vector<CheckDefinition>& checks, bool first) {
  return [&checks, first](const Json& value, const GoPlace& place) -> GoError {
    CheckDefinition check;
    auto fields = check_fields(check);
    fields.push_back({"CheckID", go_text(check.id, "types.CheckID")});
    std::string ignored;
    fields.push_back({"ProxyHTTP", go_text(ignored)});
    fields.push_back({"ProxyGRPC", go_text(ignored)});
    if (auto error = read_struct(value, place.seal(), kCheckType, fields)) return error;
    // An empty `Check` is none; of `Checks` each counts.
    if (first && check.is_empty()) return std::nullopt;
    checks.insert(first ? checks.begin() : checks.end(), std::move(check));
    return std::nullopt;
  };
}

GoRead read_weights(ServiceDefinition& service) {
  return [&service](const Json& value, const GoPlace& place) {
    auto& weights = service.weights.emplace(0, 0);
    return read_struct(value, place, "structs.Weights",
                       {{"Passing", go_int(weights.first)}, {"Warning", go_int(weights.second)}});
  };
}

GoError read_service(const Json& value, const GoPlace& place, ServiceDefinition& service);

GoRead read_connect(ServiceDefinition& service) {
  return [&service](const Json& value, const GoPlace& place) {
    const GoRead sidecar = [&](const Json& each, const GoPlace& where) {
      service.sidecar = std::make_shared<ServiceDefinition>();
      return read_service(each, where, *service.sidecar);
    };
    return read_struct(value, place.seal(), kConnectType,
                       {{"Native", go_bool(service.native)},
                        {"SidecarService", sidecar},
                        {"sidecar_service", sidecar}});
  };
}

GoError read_service(const Json& value, const GoPlace& place, ServiceDefinition& service) {
  return read_struct(value, place.seal(), kServiceType,
                     {{"Kind", go_text(service.kind, "structs.ServiceKind")},
                      {"ID", go_text(service.id)},
                      {"Name", go_text(service.name)},
                      {"Tags", go_texts(service.tags)},
                      {"Address", go_text(service.address)},
                      {"TaggedAddresses", go_tagged_addresses(service.tagged_addresses)},
                      {"tagged_addresses", go_tagged_addresses(service.tagged_addresses)},
                      {"Meta", go_text_map(service.meta)},
                      {"Port", go_int(service.port)},
                      {"Check", read_check(service.checks, true)},
                      {"Checks", go_array("structs.CheckTypes", read_check(service.checks, false))},
                      {"Weights", read_weights(service)},
                      {"Token", go_text(service.token)},
                      {"EnableTagOverride", go_bool(service.enable_tag_override)},
                      {"enable_tag_override", go_bool(service.enable_tag_override)},
                      {"Proxy", go_proxy(service.proxy, service.proxy_problems)},
                      {"Connect", read_connect(service)}});
}

}  // namespace

Result<ServiceDefinition> read_service_definition(std::string_view body) {
  const auto json = read_json(body);
  if (!json) return std::unexpected(json.error());
  ServiceDefinition service;
  if (auto error = read_service(*json, {}, service)) return fail(ErrorCode::invalid, *error);
  return service;
}

Result<CheckDefinition> read_check_definition(std::string_view body) {
  const auto json = read_json(body);
  if (!json) return std::unexpected(json.error());
  CheckDefinition check;
  auto fields = check_fields(check);
  fields.push_back({"ID", go_text(check.id, "types.CheckID")});
  fields.push_back({"Token", go_text(check.token)});
  if (auto error = read_struct(*json, {}, kOwnCheckType, fields)) {
    return fail(ErrorCode::invalid, *error);
  }
  return check;
}

ServiceInstance ServiceDefinition::instance() const {
  ServiceInstance service{.id = id.empty() ? name : id,
                          .name = name,
                          .address = address,
                          .port = to_port(port),
                          .tags = tags,
                          .meta = meta,
                          .enable_tag_override = enable_tag_override,
                          .connect_native = native,
                          .proxy = proxy};
  if (kind == "connect-proxy") {
    service.kind = ServiceKind::connect_proxy;
  } else if (!kind.empty()) {
    service.kind = ServiceKind::other;
    service.other_kind = kind;
  }
  if (weights) {
    const auto weight = [](std::int64_t given) {
      return static_cast<int>(std::clamp<std::int64_t>(given, 0, 65535));
    };
    service.weight_passing = weight(weights->first);
    service.weight_warning = weight(weights->second);
  }
  service.tagged_addresses = tagged_addresses;
  return service;
}

}  // namespace gw::mesh
