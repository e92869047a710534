#include "replay/traffic_player.h"

#include <string>

#include <doctest/doctest.h>

#include "unit/replay/playing.h"

namespace gw::replay {
namespace {

using testing::kConsumers;
using testing::kThreeAMinute;
using testing::play;
using testing::text_of;

void check_passes(const std::string& yaml) {
  const ScenarioReport report = play(yaml);
  CAPTURE(text_of(report));
  CHECK(report.status == Status::passed);
}

}  // namespace

TEST_CASE("traffic is judged in sum: alice three a minute, bob as he likes") {
  check_passes(kConsumers + R"(
steps:
  - traffic:
      - {send: GET /web, apikey: alice-key, rate: 50/s, for: 10m, arrivals: poisson, seed: 7}
      - {send: GET /web, apikey: bob-key, rate: 5/s, for: 10m}
      - {send: GET /web, rate: 1/s, count: 10}
      - {send: GET /nowhere, rate: 1/s, count: 5}
    expect:
      requests: {between: [32000, 34000]}
      passed: 3030
      limited: {at_least: 29000}
      denied: 15
      failed: 0
      by_consumer:
        alice: {passed: 30}
        bob: {passed: 3000, limited: 0}
      by_status: {"401": {denied: 10}, "404": {denied: 5}}
      by_route: {web: {passed: 3030}}
      overshoot: 0
)");
}

TEST_CASE("the clock then stands at the start plus the longest stream") {
  check_passes(kThreeAMinute + R"(
steps:
  - traffic: [{send: GET /web, rate: 1/m, for: 3m}, {send: GET /web, rate: 1/s, for: 10s}]
  - {send: GET /web, expect: {headers: {Date: "Mon, 01 Jan 2024 00:03:00 GMT"}}}
  - {at: +1m, send: GET /web, expect: {headers: {Date: "Mon, 01 Jan 2024 00:04:00 GMT"}}}
)");
}

TEST_CASE("requests of a traffic step overlap: all are answered, each after its own delay") {
  check_passes(kThreeAMinute + R"(
upstreams: {web: {delay: 30s}}
steps:
  - traffic: [{send: GET /web, rate: 1/s, for: 60s}]
    expect: {requests: 60, passed: 3, limited: 57, failed: 0}
)");
}

TEST_CASE("three nodes with local counters overshoot a limit, one does not") {
  struct Row {
    std::string gateway;
    std::string expect;
  };
  for (const Row& r : {Row{"{nodes: 1}", "{passed: 3, overshoot: 0}"},
                       Row{"{nodes: 3}", "{passed: 9, overshoot: 6, by_node: {2: {passed: 3}}}"},
                       Row{"{nodes: 3, balance: ip}", "{passed: 3, overshoot: 0}"},
                       Row{"{nodes: 3, balance: random, seed: 5}", "{passed: 9, overshoot: 6}"}}) {
    CAPTURE(r.gateway);
    check_passes(kThreeAMinute + "gateway: " + r.gateway +
                 "\nsteps: [{traffic: [{send: GET /web, rate: 2/s, for: 50s}], expect: " +
                 r.expect + "}]\n");
  }
}

TEST_CASE("Kong 2.0 counts after the answer: requests in flight together overshoot") {
  std::string config = kThreeAMinute;
  config.replace(config.find("\"3.0\""), 5, "\"1.1\"");
  const std::string traffic = R"(
upstreams: {web: {delay: 5s}}
steps:
  - traffic: [{send: GET /web, rate: 1/s, for: 20s}]
    expect: )";
  check_passes(config + "gateway: {compat: \"2.0\", counting: kong}" + traffic +
               "{passed: 7, overshoot: 4}\n");
  check_passes(config + "gateway: {compat: \"2.0\"}" + traffic + "{passed: 3, overshoot: 0}\n");
}

TEST_CASE("a year of traffic takes no longer than its requests") {
  check_passes(kThreeAMinute + R"(
clock: 2023-01-01T00:00:00Z
steps:
  - traffic: [{send: GET /web, rate: 1/h, for: 1y}]
    expect: {requests: 8760, passed: 8760, overshoot: 0}
)");
}

}  // namespace gw::replay
