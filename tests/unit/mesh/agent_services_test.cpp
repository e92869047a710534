// The agent's own services, as Consul 1.8.7 answered the same requests.
#include <doctest/doctest.h>

#include "unit/mesh/catalog_world.h"

namespace gw::mesh {
namespace {

using testing::CatalogWorld;

constexpr const char* kFull = R"({"id":"f1","name":"full","address":"10.0.0.9","port":8080,
  "tags":["t1","t2"],"meta":{"k":"v","a":"b"},
  "tagged_addresses":{"wan":{"address":"1.2.3.4","port":9},"lan":{"address":"10.0.0.9","port":8080}},
  "enable_tag_override":true,"weights":{"passing":3,"warning":2},
  "checks":[{"ttl":"1m"},{"checkid":"my","name":"nm","tcp":"127.0.0.1:1","interval":"10s",
    "timeout":"1s","notes":"note","status":"passing"}],
  "check":{"http":"http://127.0.0.1:1/x","interval":"20s"},
  "connect":{"sidecar_service":{"port":20000,"address":"127.0.0.3","tags":["sc"],"meta":{"s":"m"},
    "proxy":{"config":{"protocol":"http","n":1.50,"nested":{"b":1,"a":2}},
      "meshgateway":{"mode":"local"},
      "upstreams":[{"destination_name":"api","local_bind_port":9191,
        "local_bind_address":"127.0.0.3","datacenter":"dc2","destination_type":"prepared_query",
        "config":{"x":1},"meshgateway":{"mode":"remote"}}],
      "expose":{"checks":false,"paths":[{"path":"/health","listener_port":21500,
        "local_path_port":8080,"protocol":"http2"}]}}}}})";

TEST_CASE("a service with everything is shown as Consul shows it") {
  CatalogWorld world;
  REQUIRE(world.enter(kFull) == "200");
  const std::string services = world.get("agent/services").body;
  CHECK(services.starts_with(R"({
    "f1": {
        "ID": "f1",
        "Service": "full",
        "Tags": [
            "t1",
            "t2"
        ],
        "Meta": {
            "a": "b",
            "k": "v"
        },
        "Port": 8080,
        "Address": "10.0.0.9",
        "TaggedAddresses": {
            "lan": {
                "Address": "10.0.0.9",
                "Port": 8080
            },
            "lan_ipv4": {
                "Address": "10.0.0.9",
                "Port": 8080
            },
            "wan": {
                "Address": "1.2.3.4",
                "Port": 9
            },
            "wan_ipv4": {
                "Address": "10.0.0.9",
                "Port": 8080
            }
        },
        "Weights": {
            "Passing": 3,
            "Warning": 2
        },
        "EnableTagOverride": true
    },
    "f1-sidecar-proxy": {
        "Kind": "connect-proxy",
)"));
  const std::string proxy = R"(
        "Proxy": {
            "DestinationServiceName": "full",
            "DestinationServiceID": "f1",
            "LocalServiceAddress": "127.0.0.1",
            "LocalServicePort": 8080,
            "Config": {
                "n": 1.5,
                "nested": {
                    "a": 2,
                    "b": 1
                },
                "protocol": "http"
            },
            "Upstreams": [
                {
                    "DestinationType": "prepared_query",
                    "DestinationName": "api",
                    "Datacenter": "dc2",
                    "LocalBindAddress": "127.0.0.3",
                    "LocalBindPort": 9191,
                    "Config": {
                        "x": 1
                    },
                    "MeshGateway": {
                        "Mode": "remote"
                    }
                }
            ],
            "MeshGateway": {
                "Mode": "local"
            },
            "Expose": {
                "Paths": [
                    {
                        "ListenerPort": 21500,
                        "Path": "/health",
                        "LocalPathPort": 8080,
                        "Protocol": "http2",
                        "ParsedFromCheck": false
                    }
                ]
            }
        }
    }
}
)";
  CHECK(services.ends_with(proxy));
}

TEST_CASE("checks are named after their service and their place") {
  CatalogWorld world;
  REQUIRE(world.enter(kFull) == "200");
  std::vector<std::string> ids;
  for (const auto& [id, check] : world.state->catalog.checks()) ids.push_back(id);
  CHECK(ids == std::vector<std::string>{"my", "service:f1-sidecar-proxy:1",
                                        "service:f1-sidecar-proxy:2", "service:f1:1",
                                        "service:f1:2"});
  const Check& http = *world.state->catalog.find_check("service:f1:1");
  CHECK(http.kind == CheckKind::http);
  CHECK(http.name == "Service 'full' check");
  CHECK(http.plan.interval == std::chrono::seconds(20));
  const Check& listening = *world.state->catalog.find_check("service:f1-sidecar-proxy:1");
  CHECK(listening.plan.target == "127.0.0.3:20000");
  CHECK(world.get("agent/checks").body.starts_with(R"({
    "my": {
        "Node": "vm",
        "CheckID": "my",
        "Name": "nm",
        "Status": "passing",
        "Notes": "note",
        "Output": "",
        "ServiceID": "f1",
        "ServiceName": "full",
        "ServiceTags": [
            "t1",
            "t2"
        ],
        "Type": "tcp",
        "Definition": {},
        "CreateIndex": 0,
        "ModifyIndex": 0
    },
)"));
}

TEST_CASE("a bare sidecar takes everything from its service") {
  CatalogWorld world;
  REQUIRE(world.enter(R"({"Name":"ad","Address":"127.0.0.9","Port":1,"Tags":["t"],
    "Meta":{"a":"b"},"Connect":{"SidecarService":{}}})") == "200");
  const ServiceInstance& sidecar = *world.state->catalog.find("ad-sidecar-proxy");
  CHECK(sidecar.name == "ad-sidecar-proxy");
  CHECK(sidecar.port == 21000);
  CHECK(sidecar.address == "127.0.0.9");
  CHECK(sidecar.tags == std::vector<std::string>{"t"});
  CHECK(sidecar.meta.at("a") == "b");
  CHECK(sidecar.proxy.destination_name == "ad");
  CHECK(sidecar.proxy.local_port == 1);
  CHECK(world.said(world.put("agent/service/deregister/ad")) == "200");
  CHECK(world.state->catalog.services().empty());
}

TEST_CASE("odd definitions that Consul takes are taken") {
  CatalogWorld world;
  for (const char* body :
       {R"({"Name":"w","Check":{}})", R"({"Name":"w","Check":{"TTL":5}})",
        R"({"Name":"w","Kind":"nope"})", R"({"Name":"a b/c"})",
        R"({"Name":"ok","Tags":null,"Meta":null,"Check":null,"Connect":null,"Proxy":null} rest)",
        R"({"NAME":"w","ENABLETAGOVERRIDE":true})"}) {
    CAPTURE(body);
    CHECK(world.enter(body) == "200");
  }
  CHECK(world.said(world.put("agent/service/deregister/nope")) == "200");
  CHECK(world.said(world.put("agent/service/deregister/")) == "500 ServiceID missing");
}

TEST_CASE("one service has a hash that moves with it") {
  CatalogWorld world;
  REQUIRE(world.enter(R"({"Name":"web","Port":1})") == "200");
  const Reply first = world.get("agent/service/web");
  REQUIRE(first.hash);
  CHECK(first.body == R"({
    "ID": "web",
    "Service": "web",
    "Tags": [],
    "Meta": {},
    "Port": 1,
    "Address": "",
    "Weights": {
        "Passing": 1,
        "Warning": 1
    },
    "EnableTagOverride": false,
    "ContentHash": ")" + *first.hash +
                          R"("
}
)");
  CHECK(world.get("agent/service/web").hash == first.hash);
  REQUIRE(world.enter(R"({"Name":"web","Port":2})") == "200");
  CHECK(world.get("agent/service/web").hash != first.hash);
  CHECK(world.said(world.get("agent/service/nope")) == "404 unknown service ID: nope");
  CHECK_FALSE(world.get("agent/services").hash);
}

TEST_CASE("registering again keeps checks and their status, unless they are to be replaced") {
  CatalogWorld world;
  const auto ids = [&] {
    std::string all;
    for (const auto& [id, check] : world.state->catalog.checks()) all += id + " ";
    return all;
  };
  REQUIRE(world.enter(R"({"Name":"web","Checks":[{"TTL":"10s"},{"TTL":"20s"}]})") == "200");
  CHECK(ids() == "service:web:1 service:web:2 ");
  REQUIRE(world.enter(R"({"Name":"web","Check":{"TTL":"10s"}})") == "200");
  CHECK(ids() == "service:web service:web:1 service:web:2 ");
  CHECK(world.said(world.put("agent/check/pass/service:web?note=n")) == "200");
  REQUIRE(world.enter(R"({"Name":"web","Check":{"TTL":"10s"}})") == "200");
  CHECK(world.state->catalog.find_check("service:web")->status == Health::passing);
  CHECK(world.state->catalog.find_check("service:web")->output.empty());
  CHECK(world.said(world.put("agent/service/register?replace-existing-checks",
                             R"({"Name":"web","Check":{"CheckID":"zz","TTL":"10s"}})")) == "200");
  CHECK(ids() == "zz ");
}

TEST_CASE("maintenance mode is a critical check") {
  CatalogWorld world;
  REQUIRE(world.enter(R"({"Name":"api","Port":1})") == "200");
  const auto put = [&](const char* target) { return world.said(world.put(target)); };
  CHECK(put("agent/service/maintenance/api") == "400 Missing value for enable");
  CHECK(put("agent/service/maintenance/api?enable=x") == "400 Invalid value for enable: \"x\"");
  CHECK(put("agent/service/maintenance/?enable=true") == "400 Missing service ID");
  CHECK(put("agent/service/maintenance/nope?enable=true") ==
        "404 No service registered with ID \"nope\"");
  CHECK(put("agent/service/maintenance/api?enable=true") == "200");
  CHECK(put("agent/service/maintenance/api?enable=true&reason=w") == "200");
  const Check* check = world.state->catalog.find_check("_service_maintenance:api");
  REQUIRE(check != nullptr);
  CHECK(check->notes ==
        "Maintenance mode is enabled for this service, but no reason was provided. This is a "
        "default message.");
  CHECK(world.get("agent/health/service/name/api?format=text").body == "maintenance");
  CHECK(put("agent/service/maintenance/api?enable=false") == "200");
  CHECK(world.state->catalog.checks().empty());
  CHECK(put("agent/maintenance?enable=true&reason=x") == "200");
  CHECK(world.get("agent/health/service/id/api").status == 503);
}

TEST_CASE("health of the agent's services is told by status") {
  CatalogWorld world;
  CHECK(world.said(world.get("agent/health/service/name/nope")) == "404 []\n");
  const Reply none = world.get("agent/health/service/id/nope");
  CHECK(none.status == 404);
  CHECK(none.fields.front() ==
        std::pair<std::string, std::string>{"X-Consul-Reason", "ServiceId nope not found"});
  CHECK(none.body == R"({
    "AggregatedStatus": "critical",
    "Service": null,
    "Checks": null
}
)");
  CHECK(world.get("agent/health/service/name/nope?format=text").body ==
        "ServiceName nope Not Found");
  REQUIRE(world.enter(R"({"Name":"web","Check":{"TTL":"10s","Status":"warning"}})") == "200");
  CHECK(world.get("agent/health/service/name/web").status == 429);
  CHECK(world.get("agent/health/service/id/web").body.ends_with(R"(    "Checks": [
        {
            "Node": "vm",
            "CheckID": "service:web",
            "Name": "Service 'web' check",
            "Status": "warning",
            "Notes": "",
            "Output": "",
            "ServiceID": "web",
            "ServiceName": "web",
            "ServiceTags": null,
            "Type": "",
            "Definition": {
                "Interval": "0s",
                "Timeout": "0s",
                "DeregisterCriticalServiceAfter": "0s",
                "HTTP": "",
                "Header": null,
                "Method": "",
                "Body": "",
                "TLSSkipVerify": false,
                "TCP": ""
            },
            "CreateIndex": 0,
            "ModifyIndex": 0
        }
    ]
}
)"));
}

TEST_CASE("checks of their own are registered, told and deregistered") {
  CatalogWorld world;
  const auto put = [&](const char* target, const char* body = "") {
    return world.said(world.put(target, body));
  };
  CHECK(put("agent/check/register", "{}") == "400 Missing check name");
  CHECK(put("agent/check/register", R"({"Name":"n"})") ==
        "400 Invalid check: TTL must be > 0 for TTL checks");
  CHECK(put("agent/check/register", R"({"Name":"n","TTL":"1s","ServiceID":"nope"})") ==
        "500 ServiceID \"nope\" does not exist");
  CHECK(put("agent/check/register", R"({"Name":"n","TTL":"1s","Status":"x"})") ==
        "400 Bad check status");
  CHECK(put("agent/check/register", R"({"Name":"n","service_id":true})") ==
        "400 Request decode failed: json: cannot unmarshal bool into Go struct field .service_id "
        "of type string");
  CHECK(put("agent/check/register", R"({"Name":"n","TTL":"10s"})") == "200");
  CHECK(put("agent/check/warn/n?note=hello") == "200");
  CHECK(world.state->catalog.find_check("n")->status == Health::warning);
  CHECK(put("agent/check/update/n", R"({"Status":"passing","Output":"good"})") == "200");
  CHECK(world.state->catalog.find_check("n")->output == "good");
  CHECK(put("agent/check/update/n", R"({"Status":"x"})") == "400 Invalid check status: 'x'");
  CHECK(put("agent/check/pass/nope") == "500 CheckID \"nope\" does not have associated TTL");
  CHECK(put("agent/check/deregister/") == "500 CheckID missing");
  CHECK(put("agent/check/deregister/n") == "200");
  CHECK(put("agent/check/deregister/n") == "200");
  CHECK(world.state->catalog.checks().empty());
}

AclToken web_token() {
  AclToken token{.secret = Secret("web-token"), .accessor = "a", .rules = {}};
  for (const char* name : {"web", "web-sidecar-proxy"}) {
    token.rules.push_back({.name = name, .access = Access::write});
  }
  token.rules.push_back(
      {.resource = Resource::node, .name = "", .is_prefix = true, .access = Access::read});
  return token;
}

TEST_CASE("with ACLs, services take the right to write them") {
  AgentSettings settings;
  settings.acl.enabled = true;
  settings.acl.allow_by_default = false;
  settings.acl.tokens = {
      web_token(), {.secret = Secret("root"), .accessor = "r", .management = true, .rules = {}}};
  CatalogWorld world(settings);
  CHECK(world.enter(R"({"Name":"web"})") == "403 Permission denied: Missing service:write on web");
  world.token = "root";
  CHECK(world.enter(R"({"Name":"api","Check":{"TTL":"30s"}})") == "200");
  world.token = "web-token";
  CHECK(world.enter(R"({"Name":"web","Connect":{"SidecarService":{}}})") == "200");
  CHECK(world.enter(R"({"ID":"api","Name":"web"})") ==
        "403 Permission denied: Missing service:write on web");
  CHECK(world.said(world.put("agent/service/deregister/api")) ==
        "403 Permission denied: Missing service:write on api");
  CHECK(world.said(world.put("agent/service/deregister/nope")) ==
        "500 Unknown service {\"nope\" {}}");
  CHECK(world.said(world.put("agent/check/pass/service:api")) ==
        "403 Permission denied: Missing service:write on api");
  CHECK(world.said(world.put("agent/check/register", R"({"Name":"n","TTL":"3s"})")) ==
        "403 Permission denied: Missing node:write on vm");
  // Nor may it take over a check that is another's.
  const char* stolen = R"({"ID":"service:api","Name":"n","TTL":"3s","ServiceID":"web"})";
  CHECK(world.said(world.put("agent/check/register", stolen)) ==
        "403 Permission denied: Missing service:write on api");
  CHECK(world.said(world.put("agent/check/deregister/nope")) == "500 Unknown check \"nope\"");
  CHECK(world.said(world.get("agent/service/api")) == "403 Permission denied");
  CHECK(world.get("agent/services").body.find("\"api\"") == std::string::npos);
  CHECK(world.get("catalog/services").body == R"({
    "web": [],
    "web-sidecar-proxy": []
}
)");
  world.token = "";
  CHECK(world.get("catalog/services").body == "{}\n");
  CHECK(world.get("health/service/web").body == "[]\n");
  CHECK(world.get("health/state/any").body == "[]\n");
  CHECK(world.get("catalog/nodes").body == "[]\n");
  CHECK(world.get("catalog/node/vm").body == "null\n");
  CHECK(world.said(world.put("catalog/register", R"({"Node":"e","Address":"1.1.1.1"})")) ==
        "403 Permission denied");
}

}  // namespace
}  // namespace gw::mesh
