// An agent's CA endpoints, called as the API calls them.
#pragma once

#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "base/x509_handles.h"
#include "ca_world.h"
#include "mesh/endpoints.h"
#include "mesh/reply_json.h"
#include "support/mint.h"

namespace gw::mesh::testing {

inline AgentSettings with_acl(std::vector<AclToken> tokens = {}) {
  AgentSettings settings;
  settings.acl = {.enabled = true, .allow_by_default = false, .tokens = std::move(tokens)};
  return settings;
}

inline AclRule operator_rule(Access access) {
  AclRule rule;
  rule.resource = Resource::operators;
  rule.access = access;
  return rule;
}

struct CaWorld : AgentWorld {
  explicit CaWorld(AgentSettings settings = {}) : AgentWorld(std::move(settings)) {
    add_ca_endpoints(endpoints, *state);
  }

  Reply ask(const std::string& method, const std::string& path, const std::string& body = "",
            std::vector<std::pair<std::string, std::string>> query = {},
            const std::string& token = "") {
    const Endpoint* const found = endpoints.find(path);
    REQUIRE(found != nullptr);
    Call call{.method = method,
              .path = path,
              .rest = path.substr(found->prefix.size()),
              .query = std::move(query),
              .token = token,
              .body = body,
              .now = clock.now()};
    call.waits = call.has("index") && call.get("index") != "0";
    return found->handle(call);
  }
  Reply get(const std::string& path, std::vector<std::pair<std::string, std::string>> query = {},
            const std::string& token = "") {
    return ask("GET", path, "", std::move(query), token);
  }
  // "200" or "500 text".
  std::string put(const std::string& body, const std::string& token = "") {
    const Reply reply = ask("PUT", kConfiguration, body, {}, token);
    return std::to_string(reply.status) + (reply.body.empty() ? "" : " " + reply.body);
  }
  std::string put_config(const Json& config) {
    return put(Json{{"Provider", "consul"}, {"Config", config}}.dump());
  }

  static constexpr const char* kConfiguration = "/v1/connect/ca/configuration";
  Endpoints endpoints;
};

inline Json body_of(const Reply& reply) {
  return Json::parse(reply.body);
}

inline std::string new_key() {
  const x509::KeyPtr key(EVP_EC_gen("P-256"));
  return std::string(gw::testing::pem_of(key.get()).reveal());
}

inline std::vector<std::string> keys_of(const Json& json) {
  std::vector<std::string> keys;
  for (const auto& [key, value] : json.items()) keys.push_back(key);
  return keys;
}

}  // namespace gw::mesh::testing
