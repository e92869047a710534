#include "replay/check_scenarios.h"

#include <utility>
#include <vector>

#include "base/files.h"
#include "replay/scenario_config.h"
#include "replay/scenario_reader.h"

namespace gw::replay {
namespace {

Result<void> check_config(const std::vector<ConfigPart>& parts, const Scenario& scenario,
                          config::LoadOptions options, config::Sources& sources,
                          config::Diagnostics& diagnostics) {
  if (scenario.gateway.compat) options.level = scenario.gateway.compat;
  const auto loaded = load_config(parts, options, sources, diagnostics);
  if (!loaded) return std::unexpected(loaded.error());
  return {};
}

Result<void> check_configs(const Scenario& scenario, const config::LoadOptions& options,
                           config::Sources& sources, config::Diagnostics& diagnostics) {
  auto checked = check_config(scenario.config, scenario, options, sources, diagnostics);
  for (const Step& step : scenario.steps) {
    const auto* change = std::get_if<Change>(&step.action);
    const bool reloads = change != nullptr && change->config;
    if (!checked || !reloads || step.expect.reload == Reload::refused) continue;
    checked = check_config(*change->config, scenario, options, sources, diagnostics);
  }
  return checked;
}

}  // namespace

Result<void> check_scenarios(const std::string& path, const config::LoadOptions& options,
                             config::Sources& sources, config::Diagnostics& diagnostics) {
  auto text = read_file(path);
  if (!text) return std::unexpected(std::move(text.error()));
  const auto file = sources.add(path, std::move(*text));
  for (const Scenario& scenario : read_scenarios(sources, file, diagnostics)) {
    auto checked = check_configs(scenario, options, sources, diagnostics);
    if (!checked) return checked;
  }
  return {};
}

}  // namespace gw::replay
