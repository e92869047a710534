// What Kong accepts and nobody wants: findings that need the whole config (kong-behaviour.md 10).
#pragma once

#include "config/check_context.h"
#include "config/inventory.h"
#include "config/link.h"

namespace gw::config {

void lint(CheckContext& ctx, const Inventory& inventory, const Links& links);

}  // namespace gw::config
