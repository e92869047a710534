// Plugins: whether the name is known, the config against its own schema, and what holds between
// its fields (kong-behaviour.md 1.2, 2.1, 3.1).
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "config/check_context.h"
#include "config/inventory.h"
#include "config/load.h"
#include "config/schema.h"
#include "config/tree.h"

namespace gw::config {

// `entity` is the plugin, whose own fields have been checked.
void check_plugin(CheckContext& ctx, const LoadOptions& options, const Entity& entity,
                  const PathStep& at);

// Whether the instance runs: `enabled` is not false.
[[nodiscard]] bool is_enabled(const Node& plugin);

// For each plugin with rules of its own; `plugin` is the entity, its config has been checked and
// `sound` says whether that found no error.
void check_rate_limiting(CheckContext& ctx, const Node& plugin, const PathStep& at, bool sound);
void check_consumer_rate_limiting(CheckContext& ctx, const Node& plugin, const PathStep& at,
                                  bool sound);
void check_acl(CheckContext& ctx, const Node& plugin, const PathStep& at, bool sound);

// What policy redis needs, shared by both limiters; `nested`: it may stand in a record `redis`.
void check_redis(CheckContext& ctx, const Node& config, const PathStep& at, bool nested);
// A longer period whose limit is below that of a shorter one, in Kong's words.
struct Inversion {
  std::string message;
  const Node* longer = nullptr;
  const Node* shorter = nullptr;
};
[[nodiscard]] std::optional<Inversion> find_inversion(const Node& limits);
[[nodiscard]] bool has_limit(const Node& limits);

}  // namespace gw::config
