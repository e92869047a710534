// The path that the upstream gets (kong-behaviour.md 5.5).
#pragma once

#include <string_view>

#include "base/arena.h"
#include "model/entities.h"

namespace gw::gateway {

struct PathRewrite {
  model::PathHandling handling = model::PathHandling::v0;
  bool strip = true;
  std::string_view base;     // the service's path, or "/"
  std::string_view path;     // of the request
  std::string_view matched;  // its part that the route matched; empty for a route without paths
  bool by_path = false;      // whether the route has paths at all
};

[[nodiscard]] std::string_view upstream_path(const PathRewrite& rewrite, Arena& arena);

}  // namespace gw::gateway
