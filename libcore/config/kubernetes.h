// Kubernetes manifests as config: Ingress, Service and Kong's own kinds, translated into one config
// in Kong's declarative format (kong-behaviour.md 9).
//
// Every node of the result carries the Span of the manifest text that it stands for, so the
// ordinary validator reports its findings at manifest lines. Level 2.x is translated as controller
// 0.9 does it, level 3.x as the current one.
#pragma once

#include <optional>
#include <span>

#include "config/diagnostic.h"
#include "config/load.h"
#include "config/tree.h"
#include "model/level.h"

namespace gw::config {

// Whether this is a Kubernetes object (or a List of them): it has apiVersion and kind.
[[nodiscard]] bool is_kubernetes(const Node& document);

// Whether any Ingress is of a v1beta1 API: such manifests are of the age of Kong 2.0.
[[nodiscard]] bool has_v1beta1_ingress(std::span<const Document* const> documents);

// The config that these objects, patched, stand for. Documents that are no Kubernetes objects are
// left out. nullopt after errors; every finding is in `diagnostics`.
[[nodiscard]] std::optional<Node> translate_kubernetes(std::span<const Document* const> documents,
                                                       std::span<const Patch> patches,
                                                       model::Level level,
                                                       Diagnostics& diagnostics);

}  // namespace gw::config
