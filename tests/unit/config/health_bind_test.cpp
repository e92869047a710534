// healthchecks: from the file to the model, with Kong's defaults.
#include <cstdint>
#include <vector>

#include <doctest/doctest.h>

#include "loading.h"
#include "model/health.h"

using namespace gw;
using config::testing::load_at;
using Statuses = std::vector<std::uint16_t>;

TEST_CASE("an upstream without healthchecks has Kong's lists and checks nothing") {
  const auto out = load_at("2.8", "upstreams: [{name: u, targets: [{target: h}]}]");
  REQUIRE_MESSAGE(out.loaded, out.all());
  const model::HealthChecks& checks = out.config().upstreams[0].healthchecks;
  CHECK_FALSE(model::is_used(checks));
  CHECK(checks.threshold == 0);
  CHECK(checks.active.type == model::CheckType::http);
  CHECK(checks.active.timeout == 1);
  CHECK(checks.active.concurrency == 10);
  CHECK(checks.active.http_path == "/");
  CHECK(checks.active.https_verify_certificate);
  CHECK(checks.active.rules.healthy_statuses == Statuses{200, 302});
  CHECK(checks.active.rules.unhealthy_statuses == Statuses{429, 404, 500, 501, 502, 503, 504, 505});
  CHECK(checks.passive.healthy_statuses.size() == 19);
  CHECK(checks.passive.unhealthy_statuses == Statuses{429, 500, 503});
}

TEST_CASE("every value of healthchecks arrives where it belongs") {
  const auto out = load_at("3.9", R"(
upstreams:
- name: u
  healthchecks:
    threshold: 55.5
    active:
      type: grpcs
      timeout: 0.5
      concurrency: 3
      http_path: /up
      https_sni: up.test
      https_verify_certificate: false
      headers: {X-A: ["1", "2"]}
      healthy: {interval: 5, successes: 1, http_statuses: [204]}
      unhealthy: {interval: 0.25, tcp_failures: 2, timeouts: 3, http_failures: 4}
    passive:
      healthy: {successes: 6}
      unhealthy: {tcp_failures: 7, timeouts: 8, http_failures: 9, http_statuses: []}
)");
  REQUIRE_MESSAGE(out.loaded, out.all());
  const model::HealthChecks& checks = out.config().upstreams[0].healthchecks;
  CHECK(model::is_used(checks));
  CHECK(checks.threshold == doctest::Approx(55.5));
  const model::ActiveCheck& active = checks.active;
  CHECK(active.type == model::CheckType::grpcs);
  CHECK(active.timeout == doctest::Approx(0.5));
  CHECK(active.concurrency == 3);
  CHECK(active.http_path == "/up");
  CHECK(active.https_sni == "up.test");
  CHECK_FALSE(active.https_verify_certificate);
  REQUIRE(active.headers.size() == 1);
  CHECK(active.headers[0].first == "X-A");
  CHECK(active.headers[0].second == std::vector<std::string>{"1", "2"});
  CHECK(active.healthy_interval == 5);
  CHECK(active.unhealthy_interval == doctest::Approx(0.25));
  CHECK(active.rules.successes == 1);
  CHECK(active.rules.tcp_failures == 2);
  CHECK(active.rules.timeouts == 3);
  CHECK(active.rules.http_failures == 4);
  CHECK(active.rules.healthy_statuses == Statuses{204});
  CHECK(checks.passive.successes == 6);
  CHECK(checks.passive.tcp_failures == 7);
  CHECK(checks.passive.timeouts == 8);
  CHECK(checks.passive.http_failures == 9);
  CHECK(checks.passive.unhealthy_statuses.empty());
}
