// `validate` for scenario files: everything that can be said of them without playing them.
#pragma once

#include <string>

#include "base/result.h"
#include "config/diagnostic.h"
#include "config/load.h"

namespace gw::replay {

// Reads `path`, its scenarios and the configs that they name; what is wrong goes to `diagnostics`.
// An Error: the file, or a config, cannot be read. A config that a `set` step expects to be refused
// is not checked. `options.level` counts where the scenario has no compat of its own.
[[nodiscard]] Result<void> check_scenarios(const std::string& path,
                                           const config::LoadOptions& options,
                                           config::Sources& sources,
                                           config::Diagnostics& diagnostics);

}  // namespace gw::replay
