// The routes that an Ingress asks for, finished with its annotations and its KongIngress.
#pragma once

#include <string>

#include "config/kubernetes_context.h"
#include "config/tree.h"

namespace gw::config::kube {

struct RouteDraft {
  std::string name;
  KongService* service = nullptr;
  Node host;  // null: any
  Node paths = make_sequence();
  Span where;
};

// Adds the route to its service, and the use of the plugins that the Ingress names.
void add_route(Context& ctx, const Object& ingress, RouteDraft draft);

}  // namespace gw::config::kube
