#include "inputs.h"

#include <algorithm>
#include <utility>

#include "base/clock.h"
#include "config/codes.h"
#include "output.h"

namespace gw::app {

std::optional<model::Level> compat_of(const cli::Invocation& invocation) {
  return model::Level::parse(invocation.value("--compat"));
}

config::LoadOptions load_options(const cli::Invocation& invocation) {
  return {.level = compat_of(invocation),
          .allow_unsupported = {},
          .refuse_unsupported_guards = false,
          .now = whole_seconds(SystemClock().now().wall)};
}

Result<void> read_patches(const cli::Invocation& invocation, Inputs& inputs) {
  for (const std::string& text : invocation.values("--patch")) {
    auto patch = config::parse_patch(text, inputs.sources, inputs.diagnostics);
    if (!patch) return std::unexpected(std::move(patch.error()));
    inputs.patches.push_back(std::move(*patch));
  }
  return {};
}

void remember(const std::string& path, const Error& error, Inputs& inputs) {
  if (error.code == ErrorCode::too_large) {
    const config::Span start{inputs.sources.add(path, ""), 1, 1, 1, 1};
    inputs.diagnostics.add(config::make_diagnostic("GW1001", start, error.message));
    return;
  }
  static_cast<void>(fail(error));
  inputs.unreachable = true;
}

void read_configs(const std::vector<std::string>& paths, Inputs& inputs) {
  for (const std::string& path : paths) {
    const auto read =
        config::read_config(path, inputs.sources, inputs.documents, inputs.diagnostics);
    if (!read) remember(path, read.error(), inputs);
  }
}

bool names_unreadable_file(const config::Diagnostics& found) {
  return std::ranges::find(found.all(), "GW1714", &config::Diagnostic::code) != found.all().end();
}

}  // namespace gw::app
