// Which files a command line means: scenarios as named, and those found in folders.
#pragma once

#include <string>
#include <vector>

#include "base/result.h"

namespace gw::replay {

// Files (and "-") as given, in order; a folder stands for the *.scenario.yml and *.scenario.yaml
// below it, sorted. A path that is not there is an Error, as is a folder without a scenario.
[[nodiscard]] Result<std::vector<std::string>> find_scenarios(
    const std::vector<std::string>& paths);

// Whether a folder's file of this name is a scenario.
[[nodiscard]] bool is_scenario_name(const std::string& path);

}  // namespace gw::replay
