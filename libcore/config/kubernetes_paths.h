// A path of an Ingress as the paths of Kong's route (kong-behaviour.md 9.1).
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "model/level.h"

namespace gw::config::kube {

struct IngressPath {
  std::string_view path;          // as written; "" when there is none
  std::string_view type;          // Prefix, Exact, ImplementationSpecific or ""
  std::string_view regex_prefix;  // what marks a regex: "/~" by default
};

// nullopt: controller 0.9 skips a path with an empty segment.
[[nodiscard]] std::optional<std::vector<std::string>> kong_paths(const IngressPath& path,
                                                                 model::Level level);

}  // namespace gw::config::kube
