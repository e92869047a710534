// /v1/agent/health/service/...: what a load balancer asks, with the health as status
// (consul-behaviour.md 2.12).
#include <utility>

#include <fmt/format.h>

#include "mesh/catalog_json.h"
#include "mesh/catalog_support.h"
#include "mesh/endpoints.h"

namespace gw::mesh {
namespace {

struct Aggregated {
  Health health = Health::passing;
  bool maintenance = false;

  [[nodiscard]] std::string_view text() const {
    return maintenance ? "maintenance" : name_of(health);
  }
  [[nodiscard]] std::uint16_t status() const {
    if (maintenance || health == Health::critical) return 503;
    return health == Health::warning ? 429 : 200;
  }
};

Reply answer(const Call& call, const Json& shown, std::uint16_t status, std::string_view text,
             std::string reason) {
  Reply reply = json_reply(call, shown);
  if (call.get("format") == "text") {
    reply.content_type = "text/plain";
    reply.body = status == 404 ? std::string_view(reason) : text;
  }
  reply.status = status;
  reply.fields.emplace_back("X-Consul-Reason", std::move(reason));
  return reply;
}

Json instance_json(const Catalog& catalog, const ServiceInstance& service, Aggregated& all) {
  Aggregated own;
  Json checks = Json::array();
  for (const auto& [id, check] : catalog.checks()) {
    if (!check.service_id.empty() && check.service_id != service.id) continue;
    own.health = worse(own.health, check.status);
    own.maintenance = own.maintenance || check.kind == CheckKind::maintenance;
    const ServiceInstance* owner = check.service_id.empty() ? nullptr : &service;
    checks.push_back(agent_health_check_json(catalog.node_name(), check, owner));
  }
  all.health = worse(all.health, own.health);
  all.maintenance = all.maintenance || own.maintenance;
  return {{"AggregatedStatus", own.text()},
          {"Service", agent_service_json(service)},
          {"Checks", std::move(checks)}};
}

Reply by_id(const State& state, const Call& call) {
  if (call.rest.empty()) return refuse(500, "Bad request: Missing serviceID");
  const ServiceInstance* service = state.catalog.find(call.rest);
  if (service == nullptr) {
    const Json none{{"AggregatedStatus", "critical"}, {"Service", nullptr}, {"Checks", nullptr}};
    std::string reason = fmt::format("ServiceId {} not found", call.rest);
    Reply reply = answer(call, none, 404, "critical", reason);
    // Here, and not of a name, the text is a JSON string.
    if (call.get("format") == "text") {
      reply.content_type = "application/json";
      reply.body = go_json(reason, call.pretty);
    }
    return reply;
  }
  if (!may_see(state, call, *service)) return refuse(403, "Permission denied");
  Aggregated all;
  Json shown = instance_json(state.catalog, *service, all);
  return answer(call, shown, all.status(), all.text(), std::string(all.text()));
}

Reply by_name(const State& state, const Call& call) {
  if (call.rest.empty()) return refuse(500, "Bad request: Missing service Name");
  if (!may(state, call, Resource::service, call.rest, Access::read)) {
    return refuse(403, "Permission denied");
  }
  Aggregated all;
  Json list = Json::array();
  for (const auto& [id, service] : state.catalog.services()) {
    if (service.name == call.rest) list.push_back(instance_json(state.catalog, service, all));
  }
  if (list.empty()) {
    return answer(call, list, 404, "critical", fmt::format("ServiceName {} Not Found", call.rest));
  }
  return answer(call, list, all.status(), all.text(), std::string(all.text()));
}

}  // namespace

void add_agent_health_endpoints(Endpoints& endpoints, State& state) {
  endpoints.add("/v1/agent/health/service/id/", {"GET"},
                [&state](const Call& call) { return by_id(state, call); });
  endpoints.add("/v1/agent/health/service/name/", {"GET"},
                [&state](const Call& call) { return by_name(state, call); });
}

}  // namespace gw::mesh
