#include "replay/runner.h"

#include <string>

#include <doctest/doctest.h>

#include "replay/send.h"
#include "unit/replay/playing.h"

namespace gw::replay {
namespace {

using testing::kThreeAMinute;
using testing::play;
using testing::play_all;

const std::string kOneStep = "steps: [{send: GET /web, expect: {status: 200}}]\n";

}  // namespace

TEST_CASE("several scenarios of one file start from empty counters each") {
  const std::string one = kThreeAMinute + "steps: [{send: GET /web, times: 3}]\n";
  const RunReport report = play_all("scenario: a\n" + one + "---\nscenario: b\n" + one);
  REQUIRE(report.scenarios.size() == 2);
  CHECK(report.count(Status::passed) == 2);
  CHECK(report.scenarios[0].steps[0].requests == 3);
  CHECK(exit_status(report, false) == 0);
}

TEST_CASE("--filter chooses by title or path") {
  const std::string both = "scenario: alpha\n" + kThreeAMinute + kOneStep +
                           "---\nscenario: beta\n" + kThreeAMinute + kOneStep;
  CHECK(play_all(both, {.filter = "beta", .config = {}}).scenarios.size() == 1);
  CHECK(play_all(both, {.filter = "test.scenario", .config = {}}).scenarios.size() == 2);
  const RunReport none = play_all(both, {.filter = "gamma", .config = {}});
  CHECK(exit_status(none, false) == 3);
}

TEST_CASE("a scenario that a stage cannot play is skipped, and fails only when asked to") {
  RunOptions options;
  options.stage = [](const Scenario&, World&) -> Result<std::unique_ptr<Stage>> {
    return fail(ErrorCode::unsupported, "no stage for this");
  };
  const RunReport report = play_all("scenario: m\n" + kThreeAMinute + kOneStep, options);
  CHECK(report.count(Status::skipped) == 1);
  CHECK(report.scenarios[0].reason == "no stage for this");
  CHECK(exit_status(report, false) == 0);
  CHECK(exit_status(report, true) == 1);
}

TEST_CASE("an invalid config is an error that names every mistake") {
  const RunReport report = play_all(
      "scenario: bad\nconfig: {_format_version: \"3.0\", services: [{name: a, port: -1}]}\n" +
      kOneStep);
  REQUIRE(report.scenarios.size() == 1);
  CHECK(report.scenarios[0].status == Status::error);
  CAPTURE(report.scenarios[0].reason);
  CHECK(report.scenarios[0].reason.find("test.scenario.yml:2:") != std::string::npos);
  CHECK(exit_status(report, false) == 1);
}

TEST_CASE("a config that cannot be read is out of reach: exit status 3") {
  const RunReport report = play_all("scenario: none\nconfig: no-such-file.yml\n" + kOneStep);
  REQUIRE(report.scenarios.size() == 1);
  CHECK(report.scenarios[0].status == Status::error);
  CHECK(exit_status(report, false) == 3);
}

TEST_CASE("--send plays one request and explains it") {
  config::Sources sources;
  const auto request = parse_send("GET /web");
  REQUIRE(request.has_value());
  RunOptions options;
  options.config.instead.emplace_back(ConfigPath{"no-such-file.yml", {}});
  const RunReport unreadable = send_once(*request, options, sources);
  CHECK(exit_status(unreadable, false) == 3);

  config::Diagnostics diagnostics;
  const auto scenarios = read_scenarios(
      sources, sources.add("x", "scenario: x\n" + kThreeAMinute + kOneStep), diagnostics);
  REQUIRE(scenarios.size() == 1);
  options.config.instead = scenarios[0].config;
  const RunReport report = send_once(*request, options, sources);
  REQUIRE(report.scenarios.size() == 1);
  REQUIRE(report.scenarios[0].steps.size() == 1);
  REQUIRE(report.scenarios[0].steps[0].explain.size() == 1);
  const Explanation& explained = report.scenarios[0].steps[0].explain[0];
  CHECK(explained.target == "/web");
  CHECK(explained.response.status == 200);
  REQUIRE(explained.trace.route.has_value());
  CHECK(explained.trace.route->name == "web");
  REQUIRE(explained.trace.counters.size() == 1);
  CHECK(explained.trace.counters[0].before == 0);
  CHECK(explained.trace.counters[0].after == 1);
}

}  // namespace gw::replay
