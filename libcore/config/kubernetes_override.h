// KongIngress and KongUpstreamPolicy: fields of Kong's entities that other objects take over by
// name (kong-behaviour.md 9.4). Annotations win over them, so they are applied first.
#pragma once

#include <cstdint>

#include "config/kubernetes_context.h"
#include "config/tree.h"

namespace gw::config::kube {

enum class OverridePart : std::uint8_t { route, proxy, upstream };

// Copies that part of the KongIngress that `object` names in its override annotation.
void apply_override(Context& ctx, const Object& object, OverridePart part, Node& entity);
// The KongUpstreamPolicy that a Service names.
void apply_upstream_policy(Context& ctx, const Object& service, Node& upstream);

}  // namespace gw::config::kube
