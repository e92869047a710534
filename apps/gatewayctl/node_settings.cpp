#include "node_settings.h"

#include <string>
#include <string_view>
#include <unistd.h>
#include <utility>

#include "base/files.h"

namespace gw::app {
namespace {

std::vector<std::string_view> environment() {
  std::vector<std::string_view> out;
  for (char** entry = environ; entry != nullptr && *entry != nullptr; ++entry) {
    out.emplace_back(*entry);
  }
  return out;
}

void apply_kong_conf(const std::string& path, gateway::NodeSettings& settings, Inputs& inputs) {
  const auto text = read_file(path);
  if (!text) return remember(path, text.error(), inputs);
  const auto file = inputs.sources.add(path, gateway::without_secrets(*text));
  const auto written = gateway::read_kong_conf(inputs.sources, file, inputs.diagnostics);
  gateway::apply_settings(settings, written, inputs.diagnostics);
}

}  // namespace

Result<std::vector<gateway::WrittenSetting>> read_set_flags(const cli::Invocation& invocation,
                                                            Inputs& inputs) {
  std::vector<gateway::WrittenSetting> out;
  for (const std::string& text : invocation.values("--set")) {
    auto setting = gateway::read_set_flag(text, inputs.sources);
    if (!setting) return std::unexpected(std::move(setting.error()));
    out.push_back(std::move(*setting));
  }
  return out;
}

gateway::NodeSettings read_settings(const cli::Invocation& invocation,
                                    const std::vector<gateway::WrittenSetting>& flags,
                                    Inputs& inputs) {
  gateway::NodeSettings settings;
  if (invocation.has("--kong-conf")) {
    apply_kong_conf(invocation.value("--kong-conf"), settings, inputs);
  }
  gateway::apply_settings(settings, gateway::read_environment(environment(), inputs.sources),
                          inputs.diagnostics);
  gateway::apply_settings(settings, flags, inputs.diagnostics);
  return settings;
}

}  // namespace gw::app
