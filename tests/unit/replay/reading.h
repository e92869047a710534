// Scenarios from text, for tests: what was read, and the mistakes as "line:column CODE message".
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include <doctest/doctest.h>

#include "config/diagnostic.h"
#include "replay/scenario_reader.h"

namespace gw::replay::testing {

struct Reading {
  std::vector<Scenario> scenarios;
  std::vector<std::string> mistakes;
  config::Diagnostics diagnostics;
};

inline Reading read(std::string_view text, const ReadOptions& options = {}) {
  Reading out;
  config::Sources sources;
  const auto file = sources.add("folder/a.scenario.yml", std::string(text));
  out.scenarios = read_scenarios(sources, file, out.diagnostics, options);
  out.diagnostics.sort();
  for (const auto& d : out.diagnostics.all()) {
    out.mistakes.push_back(std::to_string(d.where.line) + ":" + std::to_string(d.where.column) +
                           " " + std::string(d.code) + " " + d.message);
  }
  return out;
}

// A scenario whose only step is this one; its text begins on line 4.
inline std::string with_step(std::string_view step) {
  return "scenario: t\nconfig: {}\nsteps:\n" + std::string(step) + "\n";
}

// The expectation of a step that expects `text`, `times` times.
inline Expectation expectation(std::string_view text, int times = 1) {
  const Reading got = read(with_step("  - send: GET /\n    times: " + std::to_string(times) +
                                     "\n    expect: " + std::string(text)));
  CAPTURE(text);
  REQUIRE(got.scenarios.size() == 1);
  return got.scenarios[0].steps[0].expect;
}

}  // namespace gw::replay::testing
