// A Kubernetes Service and port as Kong's service, upstream and targets
// (kong-behaviour.md 9.1, 9.2).
#pragma once

#include <cstdint>
#include <optional>
#include <string>

#include "config/kubernetes_context.h"
#include "config/tree.h"

namespace gw::config::kube {

// What an Ingress leads to, as it is written there.
struct Backend {
  Node service;      // the name
  Node port;         // a number or a name
  std::string path;  // inside the Ingress, for messages
};

// The Kong service for it, made when first asked for; nullptr after an error.
KongService* kong_service(Context& ctx, std::string_view name_space, const Backend& backend);

}  // namespace gw::config::kube
