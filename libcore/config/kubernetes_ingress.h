// Ingresses as Kong's routes: rules, TLS and the default backend (kong-behaviour.md 9.1).
#pragma once

#include "config/kubernetes_context.h"

namespace gw::config::kube {

void add_ingresses(Context& ctx);

}  // namespace gw::config::kube
