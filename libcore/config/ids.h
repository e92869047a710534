// Ids of entities that the file gives none: UUIDv5 of the natural key, as Kong makes them without
// a database (kong-behaviour.md 7.6), so that counters and logs survive a reload.
//
// Credentials are the exception to Kong: 3.x draws their ids at random, here they are those of 2.x.
// Entities without a natural key (unnamed routes, certificates), random in Kong as well, get one
// from their place in the file: deterministic too, and it moves when the file is reordered.
#pragma once

#include <string_view>

#include "base/uuid.h"
#include "config/inventory.h"
#include "model/level.h"

namespace gw::config {

// uuid5(uuid5(N0, collection), key).
[[nodiscard]] Uuid natural_id(std::string_view collection, std::string_view key);

// Sets `entity.id`; the parent's must be set.
void assign_id(Entity& entity, const model::Level& level);

}  // namespace gw::config
