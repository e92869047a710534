// The form of a reference to another entity, as each Kong reads it (kong-behaviour.md 7.2).
#pragma once

#include <string>
#include <string_view>

#include "config/check_context.h"
#include "config/inventory.h"

namespace gw::config {

// Whether Kong of this level reads `{id: ...}` where an entity is named.
[[nodiscard]] bool reads_id_objects(const model::Level& level);

// The id or name that `value` refers by; "" when it has no form that the level reads.
[[nodiscard]] std::string_view referred_by(const Node& value, const model::Level& level);

// Reports a reference that has a wrong form or that nesting forbids.
void check_reference(CheckContext& ctx, const Entity& entity, const FieldSpec& field,
                     const Member& member, const PathStep& at);

// A mapping in the words of Kong's messages: {"id":"..."}.
[[nodiscard]] std::string to_json(const Node& mapping);

}  // namespace gw::config
