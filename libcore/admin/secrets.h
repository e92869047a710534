// Which values are secrets, and what is shown in their place (hardening.md section 5).
//
// Kong shows them; here an answer of the Admin API is as safe to keep as a log line.
#pragma once

#include <string_view>

#include "config/diagnostic.h"
#include "config/inventory.h"
#include "config/tree.h"

namespace gw::admin {

// Replaces every secret of an entity (or a part of one) of `collection`. References to vaults
// stay: they are no secrets.
void mask_secrets(config::Node& shown, std::string_view collection);

// Whether values of this field are.
[[nodiscard]] bool is_secret(std::string_view collection, std::string_view field);

// Reports secrets of `entity` that are masks: a masked config that was sent back.
void report_masked(const config::Entity& entity, config::Diagnostics& diagnostics);

}  // namespace gw::admin
