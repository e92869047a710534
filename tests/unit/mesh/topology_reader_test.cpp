// What is read from a topology's file, and every mistake at its place.
#include <string>
#include <string_view>
#include <vector>

#include <doctest/doctest.h>

#include "config/diagnostic.h"
#include "mesh/topology.h"

namespace gw::mesh {
namespace {

using namespace std::chrono_literals;
using Texts = std::vector<std::string>;

struct Reading {
  std::optional<Topology> topology;
  Texts mistakes;  // "line:column CODE message"
};

Reading read(std::string_view text) {
  Reading out;
  config::Sources sources;
  config::Diagnostics diagnostics;
  const auto file = sources.add("folder/topology.yml", std::string(text));
  out.topology = read_topology(sources, file, diagnostics);
  diagnostics.sort();
  for (const auto& d : diagnostics.all()) {
    out.mistakes.push_back(std::to_string(d.where.line) + ":" + std::to_string(d.where.column) +
                           " " + std::string(d.code) + " " + d.message +
                           (d.suggestion.empty() ? "" : " (" + d.suggestion + ")"));
  }
  return out;
}

Topology good(std::string_view text) {
  auto got = read(text);
  for (const std::string& mistake : got.mistakes) MESSAGE(mistake);
  REQUIRE(got.topology.has_value());
  return std::move(*got.topology);
}

constexpr std::string_view kEveryKey = R"(
gateway: {name: kong, calls: {web: 9190, api: ~}}
services:
  web:
    calls: [api, db]
    behind: [sidecarservice, "web.internal:80"]
    address: 127.0.0.9
    port: 8080
    sidecar: 20001
    application: 127.0.0.1:3000
    name: web-v2
    message: Hello
    timing: {p50: 10ms, p90: 20ms, p99: 1s, variance: 10}
    error: {rate: 0.25, code: 503, type: delay, delay: 2s}
    rate_limit: {rate: 10, code: 429}
    ip_addresses: [192.168.74.44]
  api: {calls: {db: 7000}, delay: 5ms}
  db:
default: deny
intentions: [allow kong web, "deny * db"]
network: 127.77.5.0
deny: alert
cut: true
consul: {datacenter: dc2, version: 1.10, leaf_ttl: 1h, rotation_spread: 250ms}
acl:
  default: deny
  tokens:
    - {secret: root, management: true}
    - secret: s
      rules:
        service: {web: write, api: {policy: read, intentions: write}}
        service_prefix: {"": read}
        key: {a/b: list}
        operator: write
  anonymous: {node_prefix: {"": read}}
kv: {a/b: text, n: 12345678901234567}
)";

TEST_CASE("a topology that uses every key comes out with every value") {
  const Topology t = good(kEveryKey);
  CHECK(t.gateway == "kong");
  REQUIRE(t.gateway_calls.size() == 2);
  CHECK(t.gateway_calls[0].service == "web");
  CHECK(t.gateway_calls[0].port == 9190);
  CHECK(t.gateway_calls[1].port == 0);
  REQUIRE(t.services.size() == 3);
  const TopologyService& web = t.services[0];
  CHECK(web.name == "web");
  CHECK(web.address->str() == "127.0.0.9");
  CHECK(web.port == 8080);
  CHECK(web.sidecar_port == 20001);
  CHECK(web.application == "127.0.0.1:3000");
  REQUIRE(web.calls.size() == 2);
  CHECK(web.calls[1].service == "db");
  CHECK(web.behind == Texts{"sidecarservice", "web.internal:80"});
  CHECK(web.sample.name == "web-v2");
  CHECK(web.sample.message == "Hello");
  CHECK(web.sample.timing_50 == 10ms);
  CHECK(web.sample.timing_90 == 20ms);
  CHECK(web.sample.timing_99 == 1s);
  CHECK(web.sample.timing_variance == 10);
  CHECK(web.sample.error_rate == 0.25);
  CHECK(web.sample.error_is_delay);
  CHECK(web.sample.error_code == 503);
  CHECK(web.sample.error_delay == 2s);
  CHECK(web.sample.rate_limit == 10);
  CHECK(web.sample.rate_limit_code == 429);
  CHECK(web.sample.ip_addresses == Texts{"192.168.74.44"});
  CHECK(t.services[1].sample.timing_50 == 5ms);
  CHECK(t.services[1].calls.at(0).port == 7000);
  CHECK_FALSE(t.services[2].address.has_value());
  CHECK(t.services[2].sample.message == "Hello World");
  CHECK_FALSE(t.allow_by_default);
  CHECK(t.intentions ==
        std::vector<connect::Intention>{{"kong", "web", connect::IntentionAction::allow},
                                        {"*", "db", connect::IntentionAction::deny}});
  CHECK(t.intention_places.at(1).line == 20);
  CHECK(t.network.str() == "127.77.5.0");
  CHECK(t.denial == Denial::alert);
  CHECK(t.cut_on_deny);
  CHECK(t.consul.datacenter == "dc2");
  CHECK(t.consul.version == "1.10");
  CHECK(t.consul.leaf_ttl == 1h);
  CHECK(t.consul.rotation_spread == 250ms);
  CHECK(t.kv == std::map<std::string, std::string>{{"a/b", "text"}, {"n", "12345678901234567"}});
}

TEST_CASE("a topology's tokens carry their rules") {
  const TopologyAcl acl = good(kEveryKey).acl;
  CHECK(acl.enabled);
  CHECK_FALSE(acl.allow_by_default);
  REQUIRE(acl.tokens.size() == 2);
  CHECK(acl.tokens[0].secret == "root");
  CHECK(acl.tokens[0].management);
  REQUIRE(acl.tokens[1].rules.size() == 5);
  const auto& rules = acl.tokens[1].rules;
  CHECK(rules[0].resource == "service");
  CHECK(rules[0].name == "web");
  CHECK(rules[0].access == "write");
  CHECK_FALSE(rules[0].is_prefix);
  CHECK(rules[1].access == "read");
  CHECK(rules[1].intentions == "write");
  CHECK(rules[2].is_prefix);
  CHECK(rules[2].name.empty());
  CHECK(rules[3].access == "list");
  // An operator has no name: it is a prefix of everything.
  CHECK(rules[4].resource == "operator");
  CHECK(rules[4].is_prefix);
  REQUIRE(acl.anonymous.size() == 1);
  CHECK(acl.anonymous[0].resource == "node");
  CHECK_FALSE(good("services: {}").acl.enabled);
}

TEST_CASE("little is needed: a gateway calls the first service, and none is needed at all") {
  const Topology t = good("gateway: kong\nservices: {web: {calls: [api]}, api: {}}\n");
  REQUIRE(t.gateway_calls.size() == 1);
  CHECK(t.gateway_calls[0].service == "web");
  CHECK(t.allow_by_default);
  CHECK(t.network.str() == "127.0.0.0");
  const Topology alone = good("services: {web: ~}");
  CHECK(alone.gateway.empty());
  CHECK(alone.gateway_calls.empty());
  CHECK(good("gateway: {name: kong, calls: []}\nservices: {web: {}}").gateway_calls.empty());
}

TEST_CASE("intentions may name services that are not there") {
  const Topology t = good("services: {}\nintentions: [deny ghost web, 'allow * *']");
  CHECK(t.intentions.size() == 2);
}

TEST_CASE("places are filled in: addresses in the file's order, ports that are free") {
  const Topology t = placed(good(R"(
gateway: {name: kong, calls: [web, api]}
services:
  web: {calls: {api: ~, db: 9091}}
  api: {address: 127.0.0.40}
  db: {}
network: 127.77.5.0
)"));
  CHECK(t.services[0].address->str() == "127.77.5.3");
  CHECK(t.services[1].address->str() == "127.0.0.40");
  CHECK(t.services[2].address->str() == "127.77.5.5");
  CHECK(t.gateway_calls[0].port == 9090);
  CHECK(t.gateway_calls[1].port == 9091);
  CHECK(t.services[0].calls[0].port == 9092);
  CHECK(t.services[0].calls[1].port == 9091);
}

TEST_CASE("the tutorial's topology is what its file says") {
  const Topology t = placed(tutorial_topology());
  const Topology same = placed(good(
      "gateway: {name: kong, calls: {web: 9090}}\n"
      "services: {web: {calls: {api: 9091}}, api: {name: api-v1, message: Response from API v1}}"));
  REQUIRE(t.services.size() == 2);
  CHECK(t.gateway == same.gateway);
  CHECK(t.gateway_calls.at(0).port == same.gateway_calls.at(0).port);
  for (std::size_t i = 0; i < 2; ++i) {
    CHECK(t.services[i].name == same.services[i].name);
    CHECK(t.services[i].address == same.services[i].address);
    CHECK(t.services[i].sample.name == same.services[i].sample.name);
    CHECK(t.services[i].sample.message == same.services[i].sample.message);
  }
  CHECK(t.services[0].calls.at(0).port == 9091);
  CHECK(t.services[0].address->str() == "127.0.0.3");
}

struct Row {
  std::string_view text;
  Texts mistakes;
};

void check_rows(std::initializer_list<Row> rows) {
  for (const Row& row : rows) {
    CAPTURE(row.text);
    const auto got = read(row.text);
    CHECK_FALSE(got.topology.has_value());
    std::string all;
    for (const std::string& mistake : got.mistakes) all += mistake + "\n";
    CAPTURE(all);
    CHECK(got.mistakes == row.mistakes);
  }
}

TEST_CASE("mistakes of a topology's form") {
  check_rows({
      {"", {"1:1 GW1702 there is no topology in this file"}},
      {"services: {}\n---\nservices: {}\n",
       {"3:1 GW1702 a file has one topology, and this is the second"}},
      {"gateway: kong", {"1:1 GW1703 \"services\" is missing"}},
      {"services: {web: {cals: [api]}, api: {}}",
       {"1:18 GW1701 unknown key \"cals\" of a service of the mesh (calls)"}},
      {"servces: {}\nservices: {}", {"1:1 GW1701 unknown key \"servces\" of a mesh (services)"}},
      {"services: [web]", {"1:11 GW1702 must be a mapping, not a list"}},
      {"services: {web: {port: 0, sidecar: 65536}}",
       {"1:24 GW1705 0 is out of range", "1:36 GW1705 65536 is out of range"}},
      {"services: {web: {address: 10.0.0.1}}",
       {"1:27 GW1704 \"10.0.0.1\" is no address of this machine"}},
      {"services: {web: {application: localhost:80}}",
       {"1:31 GW1704 \"localhost:80\" is no address with a port"}},
      {"services: {web: {error: {rate: 2}}}", {"1:32 GW1705 2 is out of range"}},
      {"services: {web: {delay: 1ms, timing: {p50: 1ms}}}",
       {"1:25 GW1707 \"delay\" is timing.p50, which is given already"}},
      {"services: {}\nnetwork: 127.0.0.1", {"2:10 GW1704 \"127.0.0.1\" is no network for a mesh"}},
      {"services: {}\ndeny: drop\ncut: 1",
       {"2:7 GW1704 \"drop\" is not known here", "3:6 GW1702 must be true or false, not a number"}},
      {"services: {}\nconsul: {version: new, datacenter: DC1, leaf_ttl: 1mo}",
       {"2:19 GW1704 \"new\" is no version of Consul",
        "2:36 GW1704 \"DC1\" is no name of a datacenter",
        "2:51 GW1704 months and years have no fixed length here"}},
      {"services: {}\nacl: {tokens: [{secret: s, management: true, rules: {}}]}",
       {"2:53 GW1707 a management token may do everything"}},
      {"services: {}\nacl: {anonymous: {servce: {a: read}, service: {a: list}, operator: all}}",
       {"2:19 GW1701 unknown key \"servce\" of the rules of a token (service)",
        "2:51 GW1704 only keys are listed", "2:68 GW1704 \"all\" is not known here"}},
      {"services: {}\nkv: {/a: x}", {"2:6 GW1704 this is no key of the store"}},
  });
}

TEST_CASE("mistakes of a topology's names and places") {
  check_rows({
      {"services: {a/b: {}}", {"1:12 GW1704 \"a/b\" cannot be the name of a service"}},
      {"gateway: 'k g'\nservices: {}", {"1:10 GW1704 \"k g\" cannot be the name of a service"}},
      {"gateway: web\nservices: {web: {}}", {"1:10 GW1707 \"web\" is a service of the mesh"}},
      {"services: {web: {calls: [ap]}, api: {}}",
       {"1:26 GW1704 \"ap\" is no service of this mesh (api)"}},
      {"services: {web: {calls: [web]}}", {"1:26 GW1707 \"web\" calls itself"}},
      {"services: {web: {calls: [api, api]}, api: {}}", {"1:31 GW1707 \"api\" is called already"}},
      {"services: {web: {calls: [api]}, api: {calls: [web]}}",
       {"1:47 GW1707 this call comes back to \"web\", and would never end"}},
      {"services: {web: {address: 127.0.0.9}, api: {address: 127.0.0.9}}",
       {"1:39 GW1707 the sidecar of web and the sidecar of api both stand at 127.0.0.9:20000",
        "1:39 GW1707 web and api both stand at 127.0.0.9:9090"}},
      {"services: {web: {calls: {api: 9090}}, api: {}}",
       {"1:26 GW1707 web and web's way to api both stand at 127.0.0.3:9090"}},
      {"services: {web: {behind: [a]}, api: {behind: [a]}}",
       {"1:32 GW1707 \"a\" stands behind web already"}},
      {"services: {}\nintentions: [deny we* api, deny a, delete a b, 'deny a *']",
       {"2:14 GW1704 \"we*\": wildcard character '*' cannot be used with partial values",
        "2:28 GW1704 this is no intention", "2:36 GW1704 this is no intention"}},
      {"services: {}\nintentions: [deny a b, allow a b]",
       {"2:24 GW1707 there is an intention a => b already"}},
  });
}

TEST_CASE("a topology is bounded") {
  std::string many = "services:\n";
  for (int i = 0; i < 65; ++i) many += "  s" + std::to_string(i) + ": {}\n";
  CHECK(read(many).mistakes == Texts{"2:3 GW1705 65 services"});
  // Each service calls all that come after it: 2^n requests.
  std::string avalanche = "services:\n";
  for (int i = 0; i < 20; ++i) {
    avalanche += "  s" + std::to_string(i) + ": {calls: [";
    for (int j = i + 1; j < 20; ++j) avalanche += "s" + std::to_string(j) + (j < 19 ? ", " : "");
    avalanche += "]}\n";
  }
  const auto got = read(avalanche);
  REQUIRE(got.mistakes.size() == 1);
  CHECK(got.mistakes[0].find("GW1705 one request would lead to too many calls") !=
        std::string::npos);
}

}  // namespace
}  // namespace gw::mesh
