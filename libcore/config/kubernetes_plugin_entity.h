// One KongPlugin or KongClusterPlugin as the plugin it describes, not yet bound to anything.
#pragma once

#include <optional>

#include "config/kubernetes_context.h"
#include "config/tree.h"

namespace gw::config::kube {

// nullopt after an error.
[[nodiscard]] std::optional<Node> plugin_entity(Context& ctx, const Object& plugin);

}  // namespace gw::config::kube
