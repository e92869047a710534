// The catalog and health endpoints, as Consul 1.8.7 answered the same requests.
#include <string>

#include <doctest/doctest.h>

#include "unit/mesh/catalog_world.h"

namespace gw::mesh {
namespace {

using testing::CatalogWorld;

constexpr const char* kWeb = R"({"Name":"web","Port":9090,"Tags":["a","b"],"Meta":{"v":"1"},
  "Connect":{"SidecarService":{"Proxy":{"Upstreams":[{"DestinationName":"api",
  "LocalBindPort":9191}]}}},"Check":{"TTL":"30s"}})";

TEST_CASE("the services of all nodes are listed with their tags") {
  CatalogWorld world;
  REQUIRE(world.enter(kWeb) == "200");
  REQUIRE(world.enter(R"({"ID":"web2","Name":"web","Tags":["c","B"]})") == "200");
  const Reply reply = world.get("catalog/services");
  CHECK(reply.body == R"({
    "consul": [],
    "web": [
        "a",
        "b",
        "c",
        "B"
    ],
    "web-sidecar-proxy": [
        "a",
        "b"
    ]
}
)");
  CHECK(reply.index == 13);
  CHECK(reply.has_consistency);
  CHECK(world.said(world.get("catalog/service/")) == "400 Missing service name");
}

// Work that grows with the square of the list would not end within the test's time.
TEST_CASE("a service with very many tags and a node with as much metadata are listed") {
  CatalogWorld world;
  constexpr int kMany = 200'000;
  std::string tags, meta;
  for (int i = 0; i < kMany; ++i) {
    const std::string comma = i == 0 ? "" : ",";
    tags += comma + "\"t" + std::to_string(i) + "\"";
    meta += comma + "\"k" + std::to_string(i) + "\":\"v\"";
  }
  REQUIRE(world.enter(R"({"Name":"web","Tags":[)" + tags + "]}") == "200");
  REQUIRE(world.said(world.put("catalog/register",
                               R"({"Node":"n","Address":"1.1.1.1","NodeMeta":{)" + meta + "}}")) ==
          "200 true\n");
  CHECK(world.get("catalog/services").body.find("\"t199999\"") != std::string::npos);
  CHECK(world.get("catalog/nodes").body.find("\"k199999\": \"v\"") != std::string::npos);
}

TEST_CASE("a proxy is found through the service that it is for") {
  CatalogWorld world;
  REQUIRE(world.enter(kWeb) == "200");
  const Reply reply = world.get("catalog/connect/web");
  CHECK(reply.body == R"([
    {
        "ID": "312ee6fc-c8a0-28c4-8c37-63641c9502f2",
        "Node": "vm",
        "Address": "127.0.0.1",
        "Datacenter": "dc1",
        "TaggedAddresses": {
            "lan": "127.0.0.1",
            "lan_ipv4": "127.0.0.1",
            "wan": "127.0.0.1",
            "wan_ipv4": "127.0.0.1"
        },
        "NodeMeta": {
            "consul-network-segment": ""
        },
        "ServiceKind": "connect-proxy",
        "ServiceID": "web-sidecar-proxy",
        "ServiceName": "web-sidecar-proxy",
        "ServiceTags": [
            "a",
            "b"
        ],
        "ServiceAddress": "",
        "ServiceWeights": {
            "Passing": 1,
            "Warning": 1
        },
        "ServiceMeta": {
            "v": "1"
        },
        "ServicePort": 21000,
        "ServiceEnableTagOverride": false,
        "ServiceProxy": {
            "DestinationServiceName": "web",
            "DestinationServiceID": "web",
            "LocalServiceAddress": "127.0.0.1",
            "LocalServicePort": 9090,
            "Upstreams": [
                {
                    "DestinationType": "service",
                    "DestinationName": "api",
                    "Datacenter": "",
                    "LocalBindPort": 9191,
                    "Config": null,
                    "MeshGateway": {}
                }
            ],
            "MeshGateway": {},
            "Expose": {}
        },
        "ServiceConnect": {},
        "CreateIndex": 12,
        "ModifyIndex": 12
    }
]
)");
  CHECK(reply.index == 11);  // of "web", as Consul has it
  CHECK(world.get("catalog/connect/nope").body == "[]\n");
}

TEST_CASE("health shows node, service and checks") {
  CatalogWorld world;
  REQUIRE(world.enter(kWeb) == "200");
  const Reply reply = world.get("health/service/web");
  CHECK(reply.index == 11);
  CHECK(reply.body == R"([
    {
        "Node": {
            "ID": "312ee6fc-c8a0-28c4-8c37-63641c9502f2",
            "Node": "vm",
            "Address": "127.0.0.1",
            "Datacenter": "dc1",
            "TaggedAddresses": {
                "lan": "127.0.0.1",
                "lan_ipv4": "127.0.0.1",
                "wan": "127.0.0.1",
                "wan_ipv4": "127.0.0.1"
            },
            "Meta": {
                "consul-network-segment": ""
            },
            "CreateIndex": 10,
            "ModifyIndex": 10
        },
        "Service": {
            "ID": "web",
            "Service": "web",
            "Tags": [
                "a",
                "b"
            ],
            "Address": "",
            "Meta": {
                "v": "1"
            },
            "Port": 9090,
            "Weights": {
                "Passing": 1,
                "Warning": 1
            },
            "EnableTagOverride": false,
            "Proxy": {
                "MeshGateway": {},
                "Expose": {}
            },
            "Connect": {},
            "CreateIndex": 11,
            "ModifyIndex": 11
        },
        "Checks": [
            {
                "Node": "vm",
                "CheckID": "serfHealth",
                "Name": "Serf Health Status",
                "Status": "passing",
                "Notes": "",
                "Output": "Agent alive and reachable",
                "ServiceID": "",
                "ServiceName": "",
                "ServiceTags": [],
                "Type": "",
                "Definition": {},
                "CreateIndex": 10,
                "ModifyIndex": 10
            },
            {
                "Node": "vm",
                "CheckID": "service:web",
                "Name": "Service 'web' check",
                "Status": "critical",
                "Notes": "",
                "Output": "",
                "ServiceID": "web",
                "ServiceName": "web",
                "ServiceTags": [
                    "a",
                    "b"
                ],
                "Type": "ttl",
                "Definition": {},
                "CreateIndex": 11,
                "ModifyIndex": 11
            }
        ]
    }
]
)");
}

TEST_CASE("passing, tags and node metadata narrow a list") {
  CatalogWorld world;
  REQUIRE(world.enter(kWeb) == "200");
  CHECK(world.get("health/service/web?passing").body == "[]\n");
  CHECK(world.get("health/service/web?passing=false").body != "[]\n");
  CHECK(world.said(world.get("health/service/web?passing=no")) == "400 Invalid value for ?passing");
  REQUIRE(world.said(world.put("agent/check/pass/service:web")) == "200");
  CHECK(world.get("health/service/web?passing=1").body != "[]\n");
  CHECK(world.get("catalog/service/web?tag=A&tag=b").body != "[]\n");
  CHECK(world.get("catalog/service/web?tag=a&tag=zz").body == "[]\n");
  CHECK(world.get("health/service/web?tag=zz").body == "[]\n");
  CHECK(world.get("health/connect/web?tag=zz").body != "[]\n");
  CHECK(world.get("catalog/nodes?node-meta=a:b").body == "[]\n");
  CHECK(world.get("catalog/services?node-meta=a:b").body == "{}\n");
}

TEST_CASE("checks are listed by node, service and state") {
  CatalogWorld world;
  REQUIRE(world.enter(kWeb) == "200");
  const auto count = [&](const char* target) {
    const std::string body = world.get(target).body;
    std::size_t found = 0;
    for (auto at = body.find("CheckID"); at != std::string::npos;
         at = body.find("CheckID", at + 1)) {
      ++found;
    }
    return found;
  };
  CHECK(count("health/node/vm") == 4);
  CHECK(count("health/node/nope") == 0);
  CHECK(count("health/checks/web") == 1);
  CHECK(count("health/checks/web-sidecar-proxy") == 2);
  CHECK(count("health/state/any") == 4);
  CHECK(count("health/state/passing") == 1);
  CHECK(count("health/state/bad") == 0);
  CHECK(world.said(world.get("health/state/")) == "400 Missing check state");
}

TEST_CASE("filters take elements out of lists and values out of objects") {
  CatalogWorld world;
  REQUIRE(world.enter(kWeb) == "200");
  CHECK(world.get("catalog/service/web?filter=ServiceName==web").body != "[]\n");
  CHECK(world.get("catalog/service/web?filter=ServicePort==1").body == "[]\n");
  CHECK(world.get("health/service/web?filter=Service.Meta.v==1").body != "[]\n");
  CHECK(world.get("agent/services?filter=Service==nope").body == "{}\n");
  CHECK(world.get("agent/checks?filter=Status==critical").body != "{}\n");
  const Reply wrong = world.get("catalog/service/web?filter=Foo==full");
  CHECK(world.said(wrong) ==
        "500 Failed to create boolean expression evaluator: Selector \"Foo\" is not valid");
  CHECK(world.said(world.get("health/service/web?filter=Service.Port==abc")) ==
        "500 Failed to create boolean expression evaluator: Failed to coerce value \"abc\" for "
        "selector \"Service.Port\": strconv.ParseInt: parsing \"abc\": invalid syntax");
}

TEST_CASE("nodes and services are entered past any agent") {
  CatalogWorld world;
  const auto put = [&](const char* body) {
    return world.said(world.put("catalog/register", body));
  };
  CHECK(put("{}") == "500 Must provide node");
  CHECK(put(R"({"Node":"ext"})") == "500 Must provide address if SkipNodeUpdate is not set");
  CHECK(put(R"({"Node":"ext","Address":"10.1.1.1","Foo":1})") ==
        "400 Request decode failed: json: unknown field \"Foo\"");
  CHECK(put(R"({"Node":"ext","Address":"10.1.1.1","Service":{"ID":"x"}})") ==
        "500 Must provide service name with ID");
  CHECK(put(R"({"Node":"ext","Address":"10.1.1.1","ID":"bad"})") ==
        "500 Bad node ID: uuid string is wrong length");
  CHECK(put(R"({"Datacenter":"dcx","Node":"ext2","Address":"10.1.1.2"})") ==
        "500 No path to datacenter");
  CHECK(put(R"({"Node":5})") ==
        "400 Request decode failed: json: cannot unmarshal number into Go "
        "struct field RegisterRequest.Node of type string");
  CHECK(put(R"({"Node":"e","Address":"1.1.1.1","Service":{"Service":5}})") ==
        "400 Request decode failed: json: cannot unmarshal number into Go struct field "
        "NodeService.Service.Service of type string");
  CHECK(put(R"({"Node":"e","Address":"1.1.1.1","Check":{"Status":5}})") ==
        "400 Request decode failed: json: cannot unmarshal number into Go struct field "
        "HealthCheck.Check.Status of type string");
  CHECK(put(R"({"Node":"e","Address":"1.1.1.1","Check":{"Name":"c3","ServiceID":"nope"}})") ==
        "500 failed inserting check: Missing service registration on node \"e\"");
  CHECK(put(R"({"Node":"e","Address":"1.1.1.1","Check":{"CheckID":"z","Node":"other"}})") ==
        "500 check node \"other\" does not match node \"e\"");
  CHECK(world.state->changes.index() == 10);
  CHECK(put(R"({"Node":"ext","Address":"10.1.1.1","ID":"3f2e0d6e-0000-0000-0000-000000000001",
    "NodeMeta":{"a":"b"},"Service":{"ID":"google2","Service":"google","Address":"8.8.8.8",
    "Port":443},"Check":{"Name":"c1","Status":"passing","ServiceID":"google2"},"Checks":[{
    "CheckID":"c2","Name":"cc","Status":"warning","Output":"o","Definition":{"HTTP":"http://x",
    "Interval":"10s","Timeout":"3s","DeregisterCriticalServiceAfter":"1m"}}]})") == "200 true\n");
  CHECK(world.state->changes.index() == 11);
  CHECK(world.get("catalog/node/ext").body == R"({
    "Node": {
        "ID": "3f2e0d6e-0000-0000-0000-000000000001",
        "Node": "ext",
        "Address": "10.1.1.1",
        "Datacenter": "dc1",
        "TaggedAddresses": null,
        "Meta": {
            "a": "b"
        },
        "CreateIndex": 11,
        "ModifyIndex": 11
    },
    "Services": {
        "google2": {
            "ID": "google2",
            "Service": "google",
            "Tags": [],
            "Address": "8.8.8.8",
            "Meta": null,
            "Port": 443,
            "Weights": {
                "Passing": 1,
                "Warning": 1
            },
            "EnableTagOverride": false,
            "Proxy": {
                "MeshGateway": {},
                "Expose": {}
            },
            "Connect": {},
            "CreateIndex": 11,
            "ModifyIndex": 11
        }
    }
}
)");
  CHECK(world.get("health/node/ext").body.find(R"("Type": "http",
        "Definition": {
            "Interval": "10s",
            "Timeout": "3s",
            "DeregisterCriticalServiceAfter": "1m0s",
            "HTTP": "http://x"
        },)") != std::string::npos);
  // The same id under another name: the node was renamed.
  CHECK(
      put(R"({"Node":"ext2","Address":"10.1.1.2","ID":"3f2e0d6e-0000-0000-0000-000000000001"})") ==
      "200 true\n");
  CHECK(world.get("catalog/node/ext").body == "null\n");
  CHECK(world.get("catalog/node/ext").index == 1);
  CHECK(world.get("catalog/service/google").index == 12);
}

TEST_CASE("what is entered past any agent goes again, what the agent has entered stays") {
  CatalogWorld world;
  REQUIRE(world.enter(kWeb) == "200");
  const auto put = [&](const char* body) {
    return world.said(world.put("catalog/deregister", body));
  };
  CHECK(put("{}") == "500 Must provide node");
  CHECK(put(R"({"Node":5})") ==
        "400 Request decode failed: json: cannot unmarshal number into Go "
        "struct field .Node of type string");
  CHECK(put(R"({"Node":"nope"})") == "200 true\n");
  const std::uint64_t before = world.state->changes.index();
  for (const char* body :
       {R"({"Node":"vm"})", R"({"Node":"vm","ServiceID":"web"})",
        R"({"Node":"vm","ServiceID":"consul"})", R"({"Node":"vm","CheckID":"serfHealth"})"}) {
    CHECK(put(body) == "200 true\n");
  }
  CHECK(world.state->changes.index() == before);
  REQUIRE(world
              .put("catalog/register",
                   R"({"Node":"ext","Address":"10.1.1.1","Service":{"Service":"g"},
                        "Check":{"Name":"c"}})")
              .status == 200);
  CHECK(put(R"({"Node":"ext","CheckID":"c"})") == "200 true\n");
  CHECK(put(R"({"Node":"ext","ServiceID":"g"})") == "200 true\n");
  CHECK(world.get("catalog/service/g").body == "[]\n");
  CHECK(put(R"({"Node":"ext"})") == "200 true\n");
  CHECK(world.state->catalog.registry().nodes().size() == 1);
}

TEST_CASE("a node cannot take the agent's own id") {
  CatalogWorld world;
  const Reply reply =
      world.put("catalog/register", std::string(R"({"Node":"thief","Address":"1.1.1.1","ID":")") +
                                        testing::kNodeId + "\"}");
  CHECK(reply.status == 500);
  CHECK(world.get("catalog/node/vm").body != "null\n");
}

}  // namespace
}  // namespace gw::mesh
