#include <algorithm>
#include <string>
#include <unistd.h>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/clock.h"
#include "base/files.h"
#include "base/text.h"
#include "command.h"
#include "config/render.h"
#include "inputs.h"
#include "output.h"
#include "replay/discover.h"
#include "replay/live.h"
#include "replay/report.h"
#include "replay/runner.h"
#include "replay/scenario_reader.h"
#include "replay/send.h"

namespace gw::app {
namespace {

replay::RunOptions run_options(const cli::Invocation& invocation, Inputs& inputs,
                               const Clock& stopwatch) {
  replay::RunOptions options;
  options.filter = invocation.value("--filter");
  options.keep_going = invocation.has("--keep-going");
  options.explain = invocation.has("--explain");
  options.stopwatch = &stopwatch;
  if (invocation.has("--live")) options.stage = replay::live_stage;
  options.config.level = compat_of(invocation);
  options.config.patches = std::move(inputs.patches);
  for (const std::string& path : invocation.values("--config")) {
    options.config.instead.emplace_back(replay::ConfigPath{.path = path, .where = {}});
  }
  for (const std::string& names : invocation.values("--allow-unsupported-plugins")) {
    for (const std::string_view name : split_list(names)) {
      options.config.allow_unsupported.emplace(name);
    }
  }
  return options;
}

// A file that is no scenario stands in the report too, so that no format hides it.
replay::ScenarioReport unreadable(const std::string& file, const Inputs& inputs,
                                  const config::Diagnostics& found) {
  replay::ScenarioReport report{
      .title = file, .file = file, .line = 1, .status = replay::Status::error};
  const auto first =
      std::ranges::find(found.all(), config::Severity::error, &config::Diagnostic::severity);
  report.line = std::max<std::uint32_t>(first->where.line, 1);
  report.reason = fmt::format("{}:{}:{}: {}", inputs.sources.name(first->where.file),
                              first->where.line, first->where.column, first->message);
  if (found.errors() > 1) {
    report.reason += fmt::format(" ({} more; see gatewayctl validate)", found.errors() - 1);
  }
  return report;
}

// The scenarios of all files, and reports on those that cannot be read as such.
struct Collected {
  std::vector<replay::Scenario> scenarios;
  std::vector<replay::ScenarioReport> unreadable;
};

void refuse(const std::string& file, const Error& error, Inputs& inputs, Collected& collected) {
  static_cast<void>(fail(error));
  if (error.code != ErrorCode::too_large) {
    inputs.unreachable = true;
    return;
  }
  collected.unreadable.push_back({.title = file,
                                  .file = file,
                                  .line = 1,
                                  .status = replay::Status::error,
                                  .reason = error.message});
}

void collect(const std::string& file, const replay::ReadOptions& options, bool color,
             Inputs& inputs, Collected& collected) {
  auto text = read_file(file);
  if (!text) return refuse(file, text.error(), inputs, collected);
  const auto id = inputs.sources.add(file, std::move(*text));
  config::Diagnostics found;
  auto scenarios = replay::read_scenarios(inputs.sources, id, found, options);
  std::ranges::move(scenarios, std::back_inserter(collected.scenarios));
  if (found.all().empty()) return;
  complain(config::render_text(found, inputs.sources, color));
  inputs.unreachable = inputs.unreachable || names_unreadable_file(found);
  if (found.errors() > 0) collected.unreadable.push_back(unreadable(file, inputs, found));
}

Collected collect_all(const cli::Invocation& invocation, Inputs& inputs) {
  Collected collected;
  const auto files = replay::find_scenarios(invocation.values("PATH"));
  if (!files) {
    remember("", files.error(), inputs);
    return collected;
  }
  const replay::ReadOptions options{.config_required = !invocation.has("--config")};
  const bool color = color_for(invocation, STDERR_FILENO);
  for (const std::string& file : *files) collect(file, options, color, inputs, collected);
  return collected;
}

cli::Exit verdict(const cli::Invocation& invocation, const Inputs& inputs,
                  const replay::RunReport& report) {
  if (inputs.unreachable) return cli::Exit::unreachable;
  if (report.scenarios.empty()) complain("gatewayctl: no scenario was found to play\n");
  return static_cast<cli::Exit>(replay::exit_status(report, invocation.has("--fail-on-skip")));
}

cli::Exit show(const cli::Invocation& invocation, const Inputs& inputs,
               const replay::RunReport& report) {
  const auto format = replay::parse_report_format(invocation.value("--format", "text"));
  const replay::ReportStyle style{.color = color_for(invocation, STDOUT_FILENO)};
  if (!print(replay::render(report, format.value_or(replay::ReportFormat::text), style))) {
    return cli::Exit::unreachable;
  }
  return verdict(invocation, inputs, report);
}

cli::Exit send(const cli::Invocation& invocation, Inputs& inputs, replay::RunOptions options) {
  auto request = replay::parse_send(invocation.value("--send"));
  if (!request) return fail_usage(invocation, "--send: " + request.error().message);
  return show(invocation, inputs, replay::send_once(*request, std::move(options), inputs.sources));
}

cli::Exit list(const Collected& collected, const std::string& filter, const Inputs& inputs) {
  const std::string lines = replay::list(collected.scenarios, filter);
  if (!print(lines) || inputs.unreachable || lines.empty()) return cli::Exit::unreachable;
  return collected.unreadable.empty() ? cli::Exit::ok : cli::Exit::found;
}

// "" or why these flags do not go together.
std::string conflict(const cli::Invocation& invocation) {
  const bool sends = invocation.has("--send");
  if (!sends && !invocation.has("PATH")) return "PATH is missing: a scenario file or a folder";
  if (sends && invocation.has("PATH")) return "--send plays one request, and takes no PATH";
  if (sends && !invocation.has("--config")) return "--send needs a config: -c CONFIG";
  return {};
}

}  // namespace

cli::Exit run_replay(const cli::Invocation& invocation) {
  if (const auto why = conflict(invocation); !why.empty()) return fail_usage(invocation, why);
  Inputs inputs;
  if (const auto read = read_patches(invocation, inputs); !read) {
    return fail_usage(invocation, read.error().message);
  }
  const SystemClock stopwatch;
  auto options = run_options(invocation, inputs, stopwatch);
  if (invocation.has("--send")) return send(invocation, inputs, std::move(options));

  Collected collected = collect_all(invocation, inputs);
  if (invocation.has("--list")) return list(collected, options.filter, inputs);
  replay::RunReport report = replay::run(collected.scenarios, options, inputs.sources);
  std::ranges::move(collected.unreadable, std::back_inserter(report.scenarios));
  return show(invocation, inputs, report);
}

}  // namespace gw::app
