// Plays scenarios, in the simulator unless told otherwise, and reports what came of it: the work of
// `gatewayctl replay`.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "config/diagnostic.h"
#include "replay/config_source.h"
#include "replay/result.h"
#include "replay/scenario.h"
#include "replay/stage.h"

namespace gw::replay {

struct RunOptions {
  std::string filter;       // only scenarios whose title or path contains it
  bool keep_going = false;  // past the first failed step of a scenario
  bool explain = false;
  ConfigOptions config;
  StageMaker stage{};                // none: the simulator's
  const Clock* stopwatch = nullptr;  // measures the real time taken; nullptr: nobody does
};

// Whether the filter lets this scenario through.
[[nodiscard]] bool is_chosen(const Scenario& scenario, std::string_view filter);

// The chosen ones in order, one "file:line: title" a line: --list.
[[nodiscard]] std::string list(std::span<const Scenario> scenarios, std::string_view filter);

// Plays the chosen scenarios; nothing carries over from one to the next. `sources` are those that
// the scenarios were read from. The same input gives the same report, `took` aside.
[[nodiscard]] RunReport run(std::span<const Scenario> scenarios, const RunOptions& options,
                            config::Sources& sources);

// One request on options.config, always explained: --send.
[[nodiscard]] RunReport send_once(const Request& request, RunOptions options,
                                  config::Sources& sources);

}  // namespace gw::replay
