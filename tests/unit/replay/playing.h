// Plays scenarios that stand as text in a test, in the simulator and on sockets: whatever a test
// finds out about the one holds for the other.
#pragma once

#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "base/text.h"
#include "config/diagnostic.h"
#include "replay/live.h"
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

// Without what is random: nodes that are processes of their own draw ids of their own.
inline std::string comparable(const ScenarioReport& scenario) {
  std::string text = render_text(RunReport{{scenario}}, {});
  std::size_t run = 0;
  for (std::size_t i = 0; i <= text.size(); ++i) {
    const bool is_hex = i < text.size() && hex_value(text[i]) >= 0;
    if (!is_hex && run == 32) text.replace(i - run, run, run, 'x');
    run = is_hex ? run + 1 : 0;
  }
  return text;
}

// The same scenarios through the real proxy, unless they play what only Kong does.
inline void check_live(const std::vector<Scenario>& scenarios, RunOptions options,
                       config::Sources& sources) {
  options.explain = true;  // every response head stands in the report
  const RunReport simulated = run(scenarios, options, sources);
  options.stage = live_stage;
  const RunReport live = run(scenarios, options, sources);
  REQUIRE(live.scenarios.size() == simulated.scenarios.size());
  for (std::size_t i = 0; i < live.scenarios.size(); ++i) {
    const ScenarioReport& played = live.scenarios[i];
    const bool is_kongs = played.reason.find("counting: kong") != std::string::npos;
    if (played.status == Status::skipped && is_kongs) continue;
    CHECK(comparable(played) == comparable(simulated.scenarios[i]));
  }
}

inline RunReport play_all(const std::string& yaml, RunOptions options = {}) {
  config::Sources sources;
  config::Diagnostics diagnostics;
  const auto scenarios =
      read_scenarios(sources, sources.add("test.scenario.yml", yaml), diagnostics,
                     {.config_required = options.config.instead.empty()});
  for (const auto& mistake : diagnostics.all()) MESSAGE(mistake.where.line, ": ", mistake.message);
  REQUIRE(diagnostics.errors() == 0);
  RunReport report = run(scenarios, options, sources);
  if (!options.stage) check_live(scenarios, options, sources);
  return report;
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
