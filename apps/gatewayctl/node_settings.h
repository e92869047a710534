// The settings of a node as the command line, the environment and --kong-conf give them.
#pragma once

#include <vector>

#include "base/result.h"
#include "cli/parse.h"
#include "gateway/settings_input.h"
#include "inputs.h"

namespace gw::app {

// The --set flags. An Error is a mistake on the command line.
[[nodiscard]] Result<std::vector<gateway::WrittenSetting>> read_set_flags(
    const cli::Invocation& invocation, Inputs& inputs);

// --kong-conf, then KONG_* variables, then `flags`: later ones win. What is wrong goes to inputs.
[[nodiscard]] gateway::NodeSettings read_settings(const cli::Invocation& invocation,
                                                  const std::vector<gateway::WrittenSetting>& flags,
                                                  Inputs& inputs);

}  // namespace gw::app
