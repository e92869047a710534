// KongConsumers and the credentials in their Secrets (kong-behaviour.md 9.4).
#pragma once

#include "config/kubernetes_context.h"

namespace gw::config::kube {

void add_consumers(Context& ctx);

}  // namespace gw::config::kube
