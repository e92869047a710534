// From checked and linked entities to the model's values.
#pragma once

#include "config/inventory.h"
#include "config/link.h"
#include "model/entities.h"
#include "model/level.h"

namespace gw::config {

// Everything has been checked: this cannot fail. Entities that a later one replaced, and those of
// kinds that are not run, are left out.
[[nodiscard]] model::Config bind(const Inventory& inventory, const Links& links,
                                 const model::Level& level);

// The config of one plugin instance.
[[nodiscard]] model::PluginConfig bind_plugin_config(const Entity& plugin,
                                                     const model::Level& level);

}  // namespace gw::config
