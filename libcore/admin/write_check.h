// Whether a record would be accepted as an entity: the same checks as for files, told in the words
// of Kong's Admin API (kong-behaviour.md 8.5).
#pragma once

#include "admin/body.h"
#include "admin/endpoint.h"

namespace gw::admin {

enum class References : std::uint8_t { resolved, taken_as_they_are };

// Converts a form's texts, checks the record, and refuses with code 2 or 13. `parent` (may be
// nullptr) is what the endpoint's path says it belongs to; it wins over the body.
[[nodiscard]] Outcome<void> check_record(const Call& call, const config::EntitySpec& spec,
                                         Body body, const config::Entity* parent,
                                         References references = References::resolved);

// An entity with a PATCH applied: records are merged, everything else is replaced.
[[nodiscard]] Body patched(const Call& call, const config::Entity& entity, Body patch);

}  // namespace gw::admin
