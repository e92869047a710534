// One declarative document against the schema: every mistake of it, and the entities that it has.
//
// References between entities are not followed here: they may lead to other documents (link.h).
#pragma once

#include <cstdint>

#include "config/check_context.h"
#include "config/inventory.h"
#include "config/load.h"
#include "config/tree.h"

namespace gw::config {

// Whether the document is meant as a Kong config: it has a key that only such a file has.
[[nodiscard]] bool is_declarative(const Node& root);

// Adds the document's entities to `inventory`; `number` tells documents apart.
void validate_document(CheckContext& ctx, const LoadOptions& options, const Node& root,
                       std::uint32_t number, Inventory& inventory);

}  // namespace gw::config
