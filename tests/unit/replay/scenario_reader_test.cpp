// What is read: a scenario that uses every key comes out with every value.
#include "replay/scenario_reader.h"

#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include <doctest/doctest.h>

#include "reading.h"

using namespace gw::replay;
using gw::replay::testing::read;
using gw::replay::testing::with_step;
using Texts = std::vector<std::string>;

namespace {

constexpr std::string_view kEveryKey = R"(
scenario: Every key
description: free text
config:
  - kong.yml
  - ../more/
  - {_format_version: "3.0"}
  - {patch: ingress/web, with: {metadata: {name: ~}}}
clock: 2020-09-05T15:34:42.5Z
client:
  ip: 192.0.2.10
  host: example.com
  headers: {Accept: application/json, X-Many: [1, 2]}
upstreams:
  web: {status: 201, headers: {X-Up: [a, b]}, body: Hello, delay: 24ms}
  api: {fail: refused}
  "json:80": {json: {b: 1.50, a: [true, ~]}, headers: {content-type: text/json}}
  "*": {delay: 1s}
gateway:
  compat: "2.0"
  nodes: 3
  balance: ip
  seed: 9
  counting: kong
  trusted_ips: [10.0.0.0/8, 192.0.2.0/24]
  real_ip_recursive: true
counters: down
mesh:
  gateway: kong
  services:
    web: {behind: [sidecarservice, "10.0.0.1:80"], calls: [api]}
    api: {}
  default: deny
  intentions: [deny web api]
steps:
  - name: first
    send: POST /web?x=1
    ip: "2001:db8::1"
    host: other.example
    scheme: https
    sni: sni.example
    headers: {Accept: ~, X-A: [x, y], X-N: 12345678901234567}
    json: {k: 1}
    apikey: 007key
    node: 2
    times: 3
    every: 1mo
    at: +2s
    expect: {status: 200}
  - send: {method: PUT, path: /form, form: {a b: "c&d", e: [1, 2]}}
    at: 2020-09-05T15:40:00Z
  - set:
      counters: up
      upstreams: {web: ~, api: {status: 204, body: ""}}
      config: other.yml
      gateway: {balance: random, real_ip_header: X-Forwarded-For}
      intentions: [delete web api]
    expect: {reload: refused}
  - traffic:
      - {send: GET /web, apikey: alice, rate: 50/s, for: 10m, arrivals: poisson, seed: 7}
      - {send: GET /api, rate: 2.5/m, count: 12, node: 3}
    expect: {requests: 30012, by_status: {200: {passed: 1}}}
)";

Scenario every_key() {
  auto got = read(kEveryKey);
  CHECK(got.mistakes == Texts{});
  REQUIRE(got.scenarios.size() == 1);
  return std::move(got.scenarios.front());
}

Texts lines(const std::vector<Field>& fields) {
  Texts out;
  for (const Field& field : fields) out.push_back(field.name + ": " + field.value);
  return out;
}

}  // namespace

TEST_CASE("the head of a scenario is read: title, config, clock, gateway, counters") {
  const Scenario s = every_key();
  CHECK(s.title == "Every key");
  CHECK(s.description == "free text");
  CHECK(s.file == "folder/a.scenario.yml");
  CHECK(s.where.line == 2);
  REQUIRE(s.config.size() == 4);
  CHECK(std::get<ConfigPath>(s.config[0]).path == "folder/kong.yml");
  CHECK(std::get<ConfigPath>(s.config[1]).path == "more/");
  CHECK(std::get<gw::config::Node>(s.config[2]).find("_format_version")->text == "3.0");
  CHECK(std::get<gw::config::Patch>(s.config[3]).kind == "ingress");
  CHECK(std::get<gw::config::Patch>(s.config[3]).name == "web");
  CHECK(gw::format_rfc3339(s.clock) == "2020-09-05T15:34:42.5Z");
  CHECK(s.gateway.compat->str() == "2.0");
  CHECK(s.gateway.nodes == 3);
  CHECK(s.gateway.balance == Balance::ip);
  CHECK(s.gateway.seed == 9);
  CHECK(s.gateway.counting == gw::gateway::CountingMode::kong);
  REQUIRE(s.gateway.settings.size() == 2);
  CHECK(s.gateway.settings[0].value == "10.0.0.0/8,192.0.2.0/24");
  CHECK(s.gateway.settings[1].value == "on");
  CHECK(s.counters == Counters::down);
}

TEST_CASE("stubs are read with their answers, delays and failures") {
  const Scenario s = every_key();
  const Stub& web = s.upstreams.at("web");
  CHECK(web.status == 201);
  CHECK(lines(web.headers) ==
        Texts{"X-Up: a", "X-Up: b", "Content-Type: text/plain; charset=utf-8"});
  CHECK(web.body == "Hello");
  CHECK(web.delay == std::chrono::milliseconds{24});
  CHECK(s.upstreams.at("api").fail == StubFailure::refused);
  CHECK(s.upstreams.at("json:80").body == R"({"b":1.50,"a":[true,null]})");
  CHECK(lines(s.upstreams.at("json:80").headers) == Texts{"content-type: text/json"});
  CHECK_FALSE(s.upstreams.at("*").body.has_value());
  CHECK(s.upstreams.at("*").status == 200);
}

TEST_CASE("the mesh is read and kept") {
  const Scenario s = every_key();
  REQUIRE(s.mesh.has_value());
  CHECK(s.mesh_file.empty());
  CHECK(s.mesh->gateway == "kong");
  REQUIRE(s.mesh->services.size() == 2);
  CHECK(s.mesh->services[0].behind == Texts{"sidecarservice", "10.0.0.1:80"});
  CHECK(s.mesh->services[0].calls.at(0).service == "api");
  CHECK_FALSE(s.mesh->allow_by_default);
  REQUIRE(s.mesh->intentions.size() == 1);
  CHECK(s.mesh->intentions[0].action == gw::connect::IntentionAction::deny);
}

TEST_CASE("a request has the client's defaults, what stands beside `send`, and its body") {
  const Scenario s = every_key();
  REQUIRE(s.steps.size() == 4);
  const Step& step = s.steps[0];
  CHECK(step.name == "first");
  CHECK(std::get<After>(*step.at).span.exact == std::chrono::seconds{2});
  const auto& send = std::get<Send>(step.action);
  CHECK(send.times == 3);
  CHECK(send.every.months == std::chrono::months{1});
  const Request& r = send.request;
  CHECK(r.method == "POST");
  CHECK(r.target == "/web?x=1");
  CHECK(r.ip.str() == "2001:db8::1");
  CHECK(r.host == "other.example");
  CHECK(r.scheme == gw::gateway::Scheme::https);
  CHECK(r.sni == "sni.example");
  CHECK(r.apikey == "007key");
  CHECK(r.node == 2);
  CHECK(r.body_kind == BodyKind::json);
  CHECK(r.body == R"({"k":1})");
  CHECK(lines(r.fields) == Texts{"Host: other.example", "X-Many: 1", "X-Many: 2",
                                 "Content-Type: application/json", "X-A: x", "X-A: y",
                                 "X-N: 12345678901234567"});
}

TEST_CASE("the mapping form of `send` reads alike, with a form body") {
  const Scenario s = every_key();
  const Request& r = std::get<Send>(s.steps[1].action).request;
  CHECK(r.method == "PUT");
  CHECK(r.target == "/form");
  CHECK(r.ip.str() == "192.0.2.10");
  CHECK(r.body == "a+b=c%26d&e=1&e=2");
  CHECK(lines(r.fields) == Texts{"Host: example.com", "Accept: application/json", "X-Many: 1",
                                 "X-Many: 2", "Content-Type: application/x-www-form-urlencoded"});
  CHECK(gw::format_rfc3339(std::get<gw::WallTime>(*s.steps[1].at)) == "2020-09-05T15:40:00Z");
}

TEST_CASE("a `set` step names what changes and nothing else") {
  const Scenario s = every_key();
  const auto& change = std::get<Change>(s.steps[2].action);
  CHECK(change.counters == Counters::up);
  REQUIRE(change.upstreams.size() == 2);
  CHECK_FALSE(change.upstreams.at("web").has_value());
  CHECK(change.upstreams.at("api")->status == 204);
  CHECK(std::get<ConfigPath>(change.config->at(0)).path == "folder/other.yml");
  CHECK(change.gateway->balance == Balance::random);
  CHECK_FALSE(change.gateway->nodes.has_value());
  CHECK(change.gateway->settings.at(0).name == "real_ip_header");
  CHECK(change.intentions.at(0).action == IntentionChange::Action::remove);
  CHECK(s.steps[2].expect.reload == Reload::refused);
}

TEST_CASE("streams of traffic are read with rate, end, arrivals and seed") {
  const Scenario s = every_key();
  const auto& streams = std::get<Traffic>(s.steps[3].action).streams;
  REQUIRE(streams.size() == 2);
  CHECK(streams[0].rate.count == 50);
  CHECK(streams[0].rate.per == std::chrono::seconds{1});
  CHECK(streams[0].lasts->exact == std::chrono::minutes{10});
  CHECK(streams[0].arrivals == Arrivals::poisson);
  CHECK(streams[0].seed == 7);
  CHECK(streams[0].request.apikey == "alice");
  CHECK(streams[1].rate.count == 2.5);
  CHECK(streams[1].rate.per == std::chrono::minutes{1});
  CHECK(streams[1].count == 12);
  CHECK(streams[1].seed == 1);
  CHECK(streams[1].request.node == 3);
  CHECK(s.steps[3].expect.traffic.by_status.at(0).first == "200");
}

TEST_CASE("a scenario that says little has the defaults of the format") {
  const auto got = read("scenario: t\nconfig: {}\nsteps: [send: GET /]\n");
  REQUIRE(got.scenarios.size() == 1);
  const Scenario& s = got.scenarios[0];
  CHECK(gw::format_rfc3339(s.clock) == "2024-01-01T00:00:00Z");
  CHECK(s.counters == Counters::up);
  const auto& send = std::get<Send>(s.steps[0].action);
  CHECK(send.times == 1);
  CHECK(send.every.exact.count() == 0);
  CHECK(send.request.ip.str() == "127.0.0.1");
  CHECK(lines(send.request.fields) == Texts{"Host: localhost"});
  CHECK(send.request.body_kind == BodyKind::none);
}

TEST_CASE("Host is a field line like others: several, none, or another") {
  for (const auto& [headers, expected] : std::vector<std::pair<std::string, Texts>>{
           {"{Host: [a, b], X: 1}", {"Host: a", "Host: b", "X: 1"}},
           {"{host: ~}", {}},
           {"{X: 1, Host: c}", {"Host: c", "X: 1"}}}) {
    CAPTURE(headers);
    const auto got = read(with_step("  - {send: GET /, headers: " + headers + "}"));
    REQUIRE(got.scenarios.size() == 1);
    CHECK(lines(std::get<Send>(got.scenarios[0].steps[0].action).request.fields) == expected);
  }
}

TEST_CASE("documents of one file stand each alone; empty ones are skipped") {
  const auto got = read(
      "scenario: a\nconfig: {}\nclient: {host: x}\nsteps: [send: GET /]\n---\n---\n"
      "scenario: broken\n---\nscenario: b\nconfig: {}\nsteps: [send: GET /]\n");
  REQUIRE(got.scenarios.size() == 2);
  CHECK(got.scenarios[1].title == "b");
  CHECK(got.scenarios[1].where.line == 9);
  CHECK(std::get<Send>(got.scenarios[1].steps[0].action).request.host == "localhost");
  CHECK(got.mistakes ==
        Texts{"7:1 GW1703 \"steps\" is missing", "7:1 GW1703 \"config\" is missing"});
}

TEST_CASE("a config may be missing when -c gives one") {
  CHECK(read("scenario: t\nsteps: [send: GET /]\n", {.config_required = false}).mistakes ==
        Texts{});
}
