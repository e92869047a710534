// Entities by what stands in a path: an id, a unique name, a certificate's server name.
#pragma once

#include <string_view>

#include "admin/endpoint.h"

namespace gw::admin {

// nullptr when there is none (and a name that no entity could have is refused by an answer).
[[nodiscard]] Outcome<const config::Entity*> look_up(const Call& call,
                                                     const config::EntitySpec& spec,
                                                     std::string_view name);
// The same; missing is an answer, too: 404 with the text that GET gives.
[[nodiscard]] Outcome<const config::Entity*> find_entity(const Call& call,
                                                         const config::EntitySpec& spec,
                                                         std::string_view name);
// The parent that the path begins with.
[[nodiscard]] Outcome<const config::Entity*> find_parent(const Call& call);
// The child that the path ends with; 404 when it is none of the parent's.
[[nodiscard]] Outcome<const config::Entity*> find_child(const Call& call,
                                                        const config::Entity& parent);
// What the endpoint's reference leads to; 404 when it is not set.
[[nodiscard]] Outcome<const config::Entity*> find_referenced(const Call& call);

// 404 code 6: could not find the entity with ...
[[nodiscard]] Reply no_such_entity(const Call& call, const config::EntitySpec& spec,
                                   std::string_view name);

}  // namespace gw::admin
