// The gateway config that a scenario names: files, inline documents and patches, made into a model.
#pragma once

#include <optional>
#include <vector>

#include "base/result.h"
#include "config/diagnostic.h"
#include "config/load.h"
#include "replay/scenario.h"

namespace gw::replay {

// The parts merged in order. A path that cannot be read is an Error; what is wrong inside is in
// `diagnostics`, and then there is no config. `options.level` should be gateway.compat, if given.
[[nodiscard]] Result<std::optional<config::Loaded>> load_config(
    const std::vector<ConfigPart>& parts, const config::LoadOptions& options,
    config::Sources& sources, config::Diagnostics& diagnostics);

}  // namespace gw::replay
