// Plays scenarios that stand as text in a test.
#pragma once

#include <string>

#include <doctest/doctest.h>

#include "config/diagnostic.h"
#include "replay/report.h"
#include "replay/runner.h"
#include "replay/scenario_reader.h"

namespace gw::replay::testing {

// One service and route `web` at /web, limited to three a minute for everybody.
inline const std::string kThreeAMinute = R"(
config:
  _format_version: "3.0"
  services:
    - name: web
      url: http://web.internal:9090
      routes: [{name: web, paths: [/web]}]
  plugins:
    - {name: rate-limiting, config: {minute: 3, policy: local, limit_by: ip}}
)";

// alice and bob by key; alice may three a minute.
inline const std::string kConsumers = R"(
config:
  _format_version: "3.0"
  services:
    - name: web
      url: http://web.internal:9090
      routes: [{name: web, paths: [/web]}]
  consumers:
    - username: alice
      keyauth_credentials: [{key: alice-key}]
      plugins: [{name: rate-limiting, config: {minute: 3, policy: local}}]
    - username: bob
      keyauth_credentials: [{key: bob-key}]
  plugins: [{name: key-auth}]
)";

inline RunReport play_all(const std::string& yaml, RunOptions options = {}) {
  config::Sources sources;
  config::Diagnostics diagnostics;
  const auto scenarios =
      read_scenarios(sources, sources.add("test.scenario.yml", yaml), diagnostics,
                     {.config_required = options.config.instead.empty()});
  for (const auto& mistake : diagnostics.all()) MESSAGE(mistake.where.line, ": ", mistake.message);
  REQUIRE(diagnostics.errors() == 0);
  return run(scenarios, options, sources);
}

// The only scenario of `yaml`; what went wrong with it is shown when a check fails.
inline ScenarioReport play(const std::string& yaml, RunOptions options = {}) {
  RunReport report = play_all("scenario: test\n" + yaml, std::move(options));
  REQUIRE(report.scenarios.size() == 1);
  return report.scenarios.front();
}

inline std::string text_of(const ScenarioReport& scenario) {
  return render_text(RunReport{{scenario}}, {});
}

}  // namespace gw::replay::testing
