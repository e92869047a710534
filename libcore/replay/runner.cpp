#include "replay/runner.h"

#include <iterator>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "replay/simulator.h"
#include "replay/stage.h"
#include "replay/world.h"

namespace gw::replay {
namespace {

void refuse(ScenarioReport& report, std::string why, bool out_of_reach = false) {
  report.status = Status::error;
  report.reason = std::move(why);
  report.out_of_reach = out_of_reach;
}

void skip(ScenarioReport& report, std::string why) {
  report.status = Status::skipped;
  report.reason = std::move(why);
}

void play(const Scenario& scenario, const RunOptions& options, config::Sources& sources,
          ScenarioReport& report) {
  const ConfigSource configs(options.config, sources);
  auto config = configs.initial(scenario);
  if (!config) {
    return refuse(report, std::move(config.error().why), config.error().out_of_reach);
  }
  const auto world = World::make(scenario, std::move(*config));
  if (!world) return refuse(report, "the config cannot be used: " + world.error().message);
  const auto stage =
      options.stage ? options.stage(scenario, **world) : core_stage(scenario, **world);
  if (!stage && stage.error().code == ErrorCode::unsupported) {
    return skip(report, stage.error().message);
  }
  if (!stage) return refuse(report, "the gateway cannot be set up: " + stage.error().message);
  Simulator(scenario, **world, **stage, configs,
            {.keep_going = options.keep_going, .explain = options.explain})
      .play(report);
}

ScenarioReport report_on(const Scenario& scenario, const RunOptions& options,
                         config::Sources& sources) {
  ScenarioReport report;
  report.title = scenario.title;
  report.file = scenario.file;
  report.line = scenario.where.line;
  const auto clock = [&] {
    return options.stopwatch != nullptr ? options.stopwatch->now().steady : SteadyTime{};
  };
  const SteadyTime begin = clock();
  play(scenario, options, sources, report);
  report.took = clock() - begin;
  return report;
}

}  // namespace

bool is_chosen(const Scenario& scenario, std::string_view filter) {
  return scenario.title.find(filter) != std::string::npos ||
         scenario.file.find(filter) != std::string::npos;
}

std::string list(std::span<const Scenario> scenarios, std::string_view filter) {
  std::string out;
  for (const Scenario& scenario : scenarios) {
    if (!is_chosen(scenario, filter)) continue;
    fmt::format_to(std::back_inserter(out), "{}:{}: {}\n", printable(scenario.file),
                   scenario.where.line, printable(scenario.title));
  }
  return out;
}

RunReport run(std::span<const Scenario> scenarios, const RunOptions& options,
              config::Sources& sources) {
  RunReport report;
  for (const Scenario& scenario : scenarios) {
    if (!is_chosen(scenario, options.filter)) continue;
    report.scenarios.push_back(report_on(scenario, options, sources));
  }
  return report;
}

RunReport send_once(const Request& request, RunOptions options, config::Sources& sources) {
  Scenario scenario;
  scenario.title = request.method + " " + request.target;
  scenario.file = "--send";
  scenario.where.line = 1;
  scenario.steps.emplace_back().action = Send{.request = request, .times = 1, .every = {}};
  options.explain = true;
  options.filter.clear();
  return run(std::span(&scenario, 1), options, sources);
}

}  // namespace gw::replay
