// An agent whose catalog and key-value endpoints can be asked directly.
#pragma once

#include <string>
#include <string_view>
#include <utility>

#include "mesh/endpoints.h"
#include "unit/mesh/ca_world.h"

namespace gw::mesh::testing {

inline constexpr const char* kNodeId = "312ee6fc-c8a0-28c4-8c37-63641c9502f2";

inline AgentSettings named_vm(AgentSettings settings = {}) {
  settings.node_name = "vm";
  settings.node_id = kNodeId;
  return settings;
}

struct CatalogWorld : AgentWorld {
  explicit CatalogWorld(AgentSettings settings = {}) : AgentWorld(named_vm(std::move(settings))) {
    add_catalog_endpoints(endpoints, *state);
    add_health_endpoints(endpoints, *state);
    add_agent_service_endpoints(endpoints, *state);
    add_kv_endpoints(endpoints, *state);
  }

  // `target`: what follows "/v1/", with a query.
  Reply ask(std::string method, std::string_view target, std::string body = {}) {
    Call call;
    call.method = std::move(method);
    call.token = token;
    call.body = std::move(body);
    call.now = clock.now();
    const std::size_t question = target.find('?');
    call.path = "/v1/" + std::string(target.substr(0, question));
    while (question != std::string_view::npos && !target.empty()) {
      target.remove_prefix(target.find_first_of("?&") + 1);
      const std::string_view pair = target.substr(0, target.find('&'));
      const std::size_t equals = pair.find('=');
      call.query.emplace_back(pair.substr(0, equals),
                              equals == std::string_view::npos ? "" : pair.substr(equals + 1));
      if (target.find('&') == std::string_view::npos) break;
    }
    call.waits = call.has("index");
    const Endpoint* endpoint = endpoints.find(call.path);
    if (endpoint == nullptr) return refuse(404, "no endpoint");
    call.rest = call.path.substr(endpoint->prefix.size());
    return endpoint->handle(call);
  }
  Reply get(std::string_view target) { return ask("GET", target); }
  Reply put(std::string_view target, std::string body = {}) {
    return ask("PUT", target, std::move(body));
  }
  // "200" or "400 Missing service name".
  std::string said(const Reply& reply) {
    const bool quiet = reply.status == 200 && reply.body.empty();
    return std::to_string(reply.status) + (quiet ? "" : " " + reply.body);
  }
  std::string enter(std::string body) {
    return said(put("agent/service/register", std::move(body)));
  }

  Endpoints endpoints;
  std::string token;
};

}  // namespace gw::mesh::testing
