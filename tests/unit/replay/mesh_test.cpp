// A scenario's mesh: what intentions do to requests, in the simulator and on sockets alike.
#include <string>
#include <unistd.h>

#include <doctest/doctest.h>

#include "base/files.h"
#include "playing.h"

namespace gw::replay {
namespace {

using testing::play;
using testing::text_of;

// The gateway dials its own sidecar at localhost:9090.
const std::string kLocal = R"(
config:
  _format_version: "1.1"
  services:
    - {name: web, url: "http://localhost:9090", routes: [{name: web, paths: [/web]}]}
clock: 2020-09-05T15:32:58.435899Z
)";
const std::string kMesh = R"(
mesh:
  gateway: kong
  services:
    web: {calls: [api], ip_addresses: [192.168.74.44], delay: 5ms}
    api: {name: api-v1, message: Response from API v1}
)";
constexpr std::string_view kBadGateway =
    "An invalid response was received from the upstream server";

void passes(const std::string& yaml) {
  const ScenarioReport report = play(yaml);
  CHECK_MESSAGE(report.status == Status::passed, text_of(report));
}

std::string failing(const std::string& yaml) {
  const ScenarioReport report = play(yaml);
  CHECK(report.status == Status::failed);
  return text_of(report);
}

bool contains(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

TEST_CASE("without stubs the mesh's sample services answer, each with its upstream calls") {
  passes(kLocal + kMesh + R"(
steps:
  - send: GET /web/a?x=1
    expect:
      status: 200
      headers: {Content-Type: text/plain; charset=utf-8, Vary: Origin, X-Kong-Upstream-Latency: 5}
      json_exact:
        name: web
        uri: /a?x=1
        type: HTTP
        ip_addresses: [192.168.74.44]
        start_time: "2020-09-05T15:32:58.435899"
        end_time: "2020-09-05T15:32:58.440899"
        duration: 5ms
        body: Hello World
        upstream_calls:
          - {name: api-v1, uri: "http://localhost:9091", type: HTTP, ip_addresses: [127.0.0.4],
             start_time: "2020-09-05T15:32:58.435899", end_time: "2020-09-05T15:32:58.435899",
             duration: 0s, body: Response from API v1, code: 200}
        code: 200
  - {send: GET /web/health, expect: {status: 200, body: OK}}
)");
}

TEST_CASE("a denied gateway meets a connection that closes, retries, and words it as Kong does") {
  passes(kLocal + kMesh + R"(  intentions: [deny kong web]
steps:
  - send: GET /web
    expect:
      status: 502
      headers: {Content-Length: 58}
      body: {matches: "^)" +
         std::string(kBadGateway) + R"(\n$"}
      upstream: {attempts: 6, path: /}
)");
}

TEST_CASE("a service that is denied its call says so as the fake service does") {
  passes(kLocal + kMesh + R"(  intentions: [deny web api]
steps:
  - send: GET /web
    expect:
      status: 500
      headers: {Content-Type: text/plain; charset=utf-8, Vary: Origin}
      body: |
        {
          "name": "web",
          "uri": "/",
          "type": "HTTP",
          "ip_addresses": [
            "192.168.74.44"
          ],
          "start_time": "2020-09-05T15:32:58.435899",
          "end_time": "2020-09-05T15:32:58.435899",
          "duration": "0s",
          "upstream_calls": [
            {
              "uri": "http://localhost:9091",
              "code": -1,
              "error": "Error communicating with upstream service: Get http://localhost:9091/: EOF"
            }
          ],
          "code": 500
        }
      upstream: {attempts: 1}
)");
}

TEST_CASE("the wait for a failing service does not hide who was denied further down") {
  passes(kLocal + R"(
mesh:
  gateway: kong
  services: {web: {calls: [api, other]}, api: {calls: [db]}, db: {}, other: {}}
  intentions: [deny api db]
steps:
  - send: GET /web/a?q
    expect:
      status: 500
      json:
        code: 500
        upstream_calls:
          - uri: http://localhost:9091
            name: api
            code: 500
            error: "Error processing upstream request: http://localhost:9091/a"
            upstream_calls:
              - {code: -1, error: "Error communicating with upstream service: Get http://localhost:9091/a: EOF"}
)");
}

TEST_CASE("a set changes intentions between requests") {
  passes(kLocal + kMesh + R"(steps:
  - {send: GET /web, expect: {status: 200}}
  - set: {intentions: [deny kong web]}
  - {send: GET /web, expect: {status: 502}}
  - set: {intentions: [allow kong web]}
  - {send: GET /web, expect: {status: 200}}
  - set: {intentions: [deny web api]}
  - {send: GET /web, expect: {status: 500}}
  - set: {intentions: [delete web api, "deny * *"]}
  - {send: GET /web, expect: {status: 500}}
  - set: {intentions: ["allow * api"]}
  - {send: GET /web, expect: {status: 200}}
  - set: {intentions: [delete kong web]}
  - {send: GET /web, expect: {status: 502}}
  - set: {intentions: ["delete * *"]}
  - {send: GET /web, times: 2, expect: {status: 200}}
)");
}

TEST_CASE("a default that denies holds where no intention is") {
  passes(kLocal + kMesh + R"(  default: deny
steps:
  - {send: GET /web, expect: {status: 502}}
  - set: {intentions: [allow kong web]}
  - {send: GET /web, expect: {status: 500}}
  - set: {intentions: [allow web api]}
  - {send: GET /web, expect: {status: 200}}
)");
}

TEST_CASE("an intention that is not there to delete is warned of") {
  const ScenarioReport report = play(kLocal + kMesh + R"(steps:
  - set: {intentions: [delete kong wbe]}
)");
  CHECK(report.status == Status::passed);
  REQUIRE(report.steps.at(0).warnings.size() == 1);
  CHECK(report.steps[0].warnings[0] == "there is no intention kong => wbe to delete");
}

TEST_CASE("what the scenario's upstreams say stands, unless an intention is against it") {
  passes(kLocal + kMesh + R"(
upstreams:
  localhost:9090: {status: 201, body: mine}
steps:
  - {send: GET /web, expect: {status: 201, body: mine}}
  - set: {intentions: [deny web api]}
  - {send: GET /web, expect: {status: 500, json: {upstream_calls: [{code: -1}]}}}
  - set: {intentions: [deny kong web]}
  - {send: GET /web, expect: {status: 502}}
  - set: {upstreams: {"localhost:9090": {fail: refused}}, intentions: [delete kong web, delete web api]}
  - {send: GET /web, expect: {status: 502, upstream: {attempts: 6}}}
)");
}

TEST_CASE("a host tells which service it is: its name, its sidecar's, or the gateway's listener") {
  for (const std::string url :
       {"http://web:9090", "https://web-sidecar:20000", "http://localhost:9090",
        "https://web-sidecar.default.svc.cluster.local:20000", "http://127.0.0.3:20000",
        "http://web.default.svc:9090", "http://web.service.consul:9090"}) {
    CAPTURE(url);
    passes("config: {_format_version: '3.0', services: [{name: s, url: '" + url +
           "', routes: [{name: r, paths: [/]}]}]}\n" + kMesh + R"(  intentions: [deny kong web]
steps:
  - {send: GET /, expect: {status: 502}}
  - set: {intentions: [delete kong web]}
  - {send: GET /, expect: {status: 200, json: {name: web}}}
)");
  }
  for (const std::string url : {"http://web-side:80", "http://localhost:9091", "http://other:80",
                                "http://web.example:80"}) {
    CAPTURE(url);
    passes("config: {_format_version: '3.0', services: [{name: s, url: '" + url +
           "', routes: [{name: r, paths: [/]}]}]}\n" + kMesh + R"(  intentions: ["deny * *"]
steps:
  - {send: GET /, expect: {status: 200, json: {method: GET}}}
)");
  }
}

TEST_CASE("where a service says what it is behind of, hosts tell nothing") {
  passes(R"(
config:
  _format_version: "3.0"
  services:
    - {name: one, url: "http://a.example:80", routes: [{name: one, paths: [/one]}]}
    - {name: two, url: "http://b.example:81", routes: [{name: two, paths: [/two]}]}
    - {name: web, url: "http://web:9090", routes: [{name: web, paths: [/web]}]}
mesh:
  gateway: kong
  services: {web: {behind: [one, "b.example:81"]}}
  intentions: [deny kong web]
steps:
  - {send: GET /one, expect: {status: 502}}
  - {send: GET /two, expect: {status: 502}}
  - {send: GET /web, expect: {status: 200, json: {method: GET}}}
)");
}

TEST_CASE(
    "a service that the config does not have, and one is said to be behind of, is warned of") {
  const std::string text = text_of(play(kLocal + R"(
mesh: {gateway: kong, services: {web: {behind: [wbe, "b.example:81"]}}}
steps:
  - {send: GET /web, expect: {status: 200}}
)"));
  CHECK_MESSAGE(contains(text, "behind of web: the config has no service wbe; it has web"), text);
  CHECK_FALSE(contains(text, "b.example"));
}

TEST_CASE("a service whose call is denied answers at once, whatever its delay") {
  passes(R"(
config:
  _format_version: "3.0"
  services:
    - {name: web, url: "http://web:9090", read_timeout: 1000, retries: 0, routes: [{name: web, paths: [/web]}]}
mesh:
  gateway: kong
  services: {web: {calls: [api], delay: 3s}, api: {}}
  intentions: [deny web api]
steps:
  - {send: GET /web, expect: {status: 500, json: {duration: 0s}}}
)");
}

TEST_CASE("the sample service's own faults are played, too") {
  passes(kLocal + R"(
mesh: {gateway: kong, services: {web: {error: {rate: 0.5, code: 503}}}}
steps:
  - send: GET /web
    times: 4
    expect: {status: [200, 503, 200, 503]}
)");
}

TEST_CASE("traffic counts what intentions deny as failed") {
  passes(kLocal + kMesh + R"(  intentions: [deny kong web]
steps:
  - traffic: [{send: GET /web, rate: 10/s, for: 5s}]
    expect: {requests: 50, failed: 50}
  - set: {intentions: [delete kong web]}
  - traffic: [{send: GET /web, rate: 1000/s, for: 100ms}]
    expect: {requests: 100, passed: 100}
)");
}

TEST_CASE("a failure names the intention and its line") {
  const std::string text = failing(kLocal + kMesh + R"(  intentions:
    - deny web api
steps:
  - {send: GET /web, expect: {status: 200}}
)");
  CHECK_MESSAGE(contains(text, "mesh:     kong => web: allowed by default\n"), text);
  CHECK_MESSAGE(
      contains(text,
               "mesh:     web => api: denied by the intention web => api (deny) of line 15\n"),
      text);
}

TEST_CASE("--explain tells what the mesh decided") {
  RunOptions options;
  options.explain = true;
  const std::string text = text_of(play(kLocal + kMesh + R"(steps:
  - set: {intentions: ["deny * web"]}
  - {send: GET /web, expect: {status: 502}}
)",
                                        options));
  CHECK_MESSAGE(
      contains(text,
               "    mesh        kong => web: denied by the intention * => web (deny) of line 15\n"),
      text);
}

TEST_CASE("a topology's file is read beside the scenario, and messages point into it") {
  const std::string folder = "/tmp/gatewayctl-mesh-test." + std::to_string(::getpid());
  const std::string path = folder + ".yml";
  REQUIRE(write_file(path,
                     "gateway: kong\nservices:\n  web: {calls: [api]}\n  api: {}\n"
                     "intentions:\n  - deny web api\n"));
  const std::string text = failing(kLocal + "mesh: " + path + R"(
steps:
  - {send: GET /web, expect: {status: 200}}
)");
  ::unlink(path.c_str());
  CHECK_MESSAGE(contains(text, "(deny) of " + path + ":6\n"), text);
}

}  // namespace
}  // namespace gw::replay
