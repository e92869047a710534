#include <array>
#include <string>
#include <string_view>
#include <unistd.h>
#include <vector>

#include <fmt/format.h>

#include "base/files.h"
#include "command.h"
#include "config/codes.h"
#include "config/render.h"
#include "gateway/snapshot.h"
#include "inputs.h"
#include "node_settings.h"
#include "output.h"
#include "replay/check_scenarios.h"
#include "replay/discover.h"

namespace gw::app {
namespace {

using Render = std::string (*)(const config::Diagnostics&, const config::Sources&);
struct FormatRow {
  std::string_view name;
  Render render;
};
constexpr std::array kMachineFormats{
    FormatRow{"json", config::render_json}, FormatRow{"junit", config::render_junit},
    FormatRow{"sarif", config::render_sarif}, FormatRow{"github", config::render_github}};

// The named paths, and what stands in named folders, by how they are checked.
struct Paths {
  std::vector<std::string> configs;
  std::vector<std::string> scenarios;
};

void sort_folder(const std::string& folder, Paths& paths, Inputs& inputs) {
  const auto files = list_files(folder, {".yml", ".yaml", ".json"});
  if (!files) return remember(folder, files.error(), inputs);
  bool has_config = false;
  for (const std::string& file : *files) {
    if (replay::is_scenario_name(file)) {
      paths.scenarios.push_back(file);
    } else {
      has_config = true;
    }
  }
  if (has_config) paths.configs.push_back(folder);
  if (files->empty()) {
    remember(
        folder,
        {ErrorCode::missing,
         fmt::format("{}: nothing to check: there is no *.yml, *.yaml or *.json below it", folder)},
        inputs);
  }
}

Paths sort_paths(const std::vector<std::string>& named, Inputs& inputs) {
  Paths paths;
  for (const std::string& path : named) {
    if (is_directory(path)) {
      sort_folder(path, paths, inputs);
    } else {
      (replay::is_scenario_name(path) ? paths.scenarios : paths.configs).push_back(path);
    }
  }
  return paths;
}

// What stands on the command line itself and may be wrong: --ignore and --set.
Result<std::vector<gateway::WrittenSetting>> read_flags(const cli::Invocation& invocation,
                                                        Inputs& inputs) {
  for (const std::string& code : invocation.values("--ignore")) {
    if (config::find_code(code) == nullptr) {
      return gw::fail(ErrorCode::invalid,
                      fmt::format("--ignore is '{}', and no diagnostic has this code", code));
    }
  }
  return read_set_flags(invocation, inputs);
}

void check_configs(const config::LoadOptions& options, const gateway::Settings& settings,
                   Inputs& inputs) {
  if (inputs.documents.empty()) return;
  auto loaded = config::load(inputs.documents, inputs.patches, options, inputs.diagnostics);
  if (!loaded) return;
  const auto compiled = gateway::compile(std::move(loaded->config), settings);
  if (compiled) return;
  inputs.diagnostics.add(config::make_diagnostic("GW1502", {}, compiled.error().message));
}

// Text: the findings to standard error, the line that sums them up to standard output.
bool report_text(const Inputs& inputs, bool color) {
  std::string text = config::render_text(inputs.diagnostics, inputs.sources, color);
  const auto summary = text.rfind('\n', text.size() - 2) + 1;
  complain(std::string_view(text).substr(0, summary));
  return print(std::string_view(text).substr(summary));
}

bool report(const cli::Invocation& invocation, const Inputs& inputs) {
  const std::string format = invocation.value("--format", "text");
  for (const FormatRow& row : kMachineFormats) {
    if (row.name == format) return print(row.render(inputs.diagnostics, inputs.sources));
  }
  return report_text(inputs, color_for(invocation, STDERR_FILENO));
}

cli::Exit verdict(const cli::Invocation& invocation, const Inputs& inputs) {
  if (inputs.unreachable || names_unreadable_file(inputs.diagnostics)) {
    return cli::Exit::unreachable;
  }
  const bool strict = invocation.has("--strict");
  const bool failed =
      inputs.diagnostics.errors() > 0 || (strict && inputs.diagnostics.warnings() > 0);
  return failed ? cli::Exit::found : cli::Exit::ok;
}

}  // namespace

cli::Exit run_validate(const cli::Invocation& invocation) {
  Inputs inputs;
  const auto flags = read_flags(invocation, inputs);
  if (!flags) return fail_usage(invocation, flags.error().message);
  if (const auto read = read_patches(invocation, inputs); !read) {
    return fail_usage(invocation, read.error().message);
  }
  const config::LoadOptions options = load_options(invocation);

  const auto settings = read_settings(invocation, *flags, inputs);
  const Paths paths = sort_paths(invocation.values("PATH"), inputs);
  read_configs(paths.configs, inputs);
  check_configs(options, settings.decisions, inputs);
  for (const std::string& path : paths.scenarios) {
    const auto checked = replay::check_scenarios(path, options, inputs.sources, inputs.diagnostics);
    if (!checked) remember(path, checked.error(), inputs);
  }

  for (const std::string& code : invocation.values("--ignore")) inputs.diagnostics.ignore(code);
  inputs.diagnostics.sort();
  if (!report(invocation, inputs)) return cli::Exit::unreachable;
  return verdict(invocation, inputs);
}

}  // namespace gw::app
