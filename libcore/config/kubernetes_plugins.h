// KongPlugin and KongClusterPlugin as Kong's plugins (kong-behaviour.md 9.4).
//
// First every holder says which plugins its annotation names; when all have spoken, each use
// becomes its instances: one a route and service, and with consumers one for every pair.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>

#include "config/kubernetes_context.h"

namespace gw::config::kube {

// 100,000: consumers times routes grows fast; more than this no gateway holds.
inline constexpr std::size_t kMaxPluginInstances = 100'000;

enum class Holder : std::uint8_t { route, service, consumer };

// Notes the plugins that `object` names, for the Kong entity `name` made from it.
void use_plugins(Context& ctx, const Object& object, Holder holder, const std::string& name);
// konghq.com/rewrite: a request-transformer on the route, as the controller makes it.
void add_rewrite(Context& ctx, const Object& ingress, const std::string& route);
// Turns all uses into plugins, adds the global ones, and tells of those that nothing uses.
void add_plugins(Context& ctx);

}  // namespace gw::config::kube
