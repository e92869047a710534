// Candidates of the router and the order in which they win (kong-behaviour.md 5.4).
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/regex.h"
#include "base/result.h"
#include "gateway/traits.h"
#include "model/entities.h"

namespace gw::gateway {

// One path of one route (or a route without paths): what is ordered and matched.
struct Candidate {
  std::uint32_t route = 0;
  bool by_path = false;
  bool exact = false;            // the whole path is `literal`
  std::string literal;           // the path starts with it
  std::optional<Regex> pattern;  // then also this must match, from the path's start
};

// Splits the routes into candidates, the strongest first. Errors name route and path.
[[nodiscard]] Result<std::vector<Candidate>> order_candidates(std::span<const model::Route> routes,
                                                              const std::vector<bool>& usable,
                                                              RouterFlavor flavor,
                                                              const Traits& traits);

// Whether a route's path is a regex at this level; `text` is then the regex without its mark.
struct RoutePath {
  bool regex = false;
  std::string_view text;
};
[[nodiscard]] RoutePath read_route_path(std::string_view path, const Traits& traits);

}  // namespace gw::gateway
