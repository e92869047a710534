#include "replay/config_source.h"

#include <iterator>
#include <utility>

#include <fmt/format.h>

#include "replay/scenario_config.h"

namespace gw::replay {
namespace {

constexpr std::size_t kMaxShownMistakes = 20;

// file:line:column: CODE message (expected ...; did you mean ...)
std::string line_of(const config::Diagnostic& diagnostic, const config::Sources& sources) {
  std::string out;
  if (diagnostic.where.line > 0) {
    out = fmt::format("{}:{}:{}: ", sources.name(diagnostic.where.file), diagnostic.where.line,
                      diagnostic.where.column);
  }
  out += fmt::format("{} {}", diagnostic.code, diagnostic.message);
  if (!diagnostic.expected.empty()) out += fmt::format("; expected {}", diagnostic.expected);
  if (!diagnostic.suggestion.empty()) out += fmt::format("; {}", diagnostic.suggestion);
  return out;
}

std::string mistakes(const config::Diagnostics& diagnostics, const config::Sources& sources) {
  std::string out = "the config is invalid:";
  std::size_t shown = 0;
  for (const config::Diagnostic& diagnostic : diagnostics.all()) {
    if (diagnostic.severity != config::Severity::error) continue;
    if (++shown > kMaxShownMistakes) break;
    fmt::format_to(std::back_inserter(out), "\n{}", line_of(diagnostic, sources));
  }
  if (diagnostics.errors() > kMaxShownMistakes) {
    fmt::format_to(std::back_inserter(out), "\n... and {} more errors; see gatewayctl validate",
                   diagnostics.errors() - kMaxShownMistakes);
  }
  return out;
}

}  // namespace

ConfigSource::Outcome ConfigSource::initial(const Scenario& scenario) const {
  std::vector<ConfigPart> parts = options_.instead.empty() ? scenario.config : options_.instead;
  if (parts.empty()) {
    return std::unexpected(
        ConfigRefusal{"there is no config: name one under `config`, or with -c", false});
  }
  parts.insert(parts.end(), options_.patches.begin(), options_.patches.end());
  return load(scenario, parts);
}

ConfigSource::Outcome ConfigSource::replacement(const Scenario& scenario,
                                                const std::vector<ConfigPart>& parts) const {
  return load(scenario, parts);
}

ConfigSource::Outcome ConfigSource::load(const Scenario& scenario,
                                         const std::vector<ConfigPart>& parts) const {
  config::LoadOptions load_options;
  load_options.level = scenario.gateway.compat ? scenario.gateway.compat : options_.level;
  load_options.allow_unsupported = options_.allow_unsupported;
  load_options.refuse_unsupported_guards = true;
  config::Diagnostics diagnostics;
  auto loaded = load_config(parts, load_options, sources_, diagnostics);
  if (!loaded) return std::unexpected(ConfigRefusal{loaded.error().message, true});
  if (!*loaded) {
    diagnostics.sort();
    return std::unexpected(ConfigRefusal{mistakes(diagnostics, sources_), false});
  }
  return std::move((**loaded).config);
}

}  // namespace gw::replay
