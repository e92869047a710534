// Paths of routes: a plain prefix or a regular expression, as each Kong tells them apart
// (kong-behaviour.md 5.3), and how files of an older format are carried over.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "model/level.h"

namespace gw::config {

// Kong's complaint about `text` as it stands at `level`.
[[nodiscard]] std::optional<std::string> check_route_path(std::string_view text,
                                                          const model::Level& level);

// Kong 2: a path with any other character than letters, digits and . - _ ~ / % is a regex.
[[nodiscard]] bool looks_like_regex(std::string_view path);

// `path` of a 1.1 or 2.1 file as Kong 3 reads it: a regex gets its '~' and its escapes decoded, a
// prefix is brought into normal form.
[[nodiscard]] std::string migrate_path(std::string_view path);

// Why the router of Kong 3 (traditional_compatible, whose regexes run in linear time) refuses the
// pattern: look-around or a back-reference. nullopt when it takes it.
[[nodiscard]] std::optional<std::string> router_objection(std::string_view pattern);

}  // namespace gw::config
