// What holds between the fields of one entity (Kong's "entity checks"), one function an entity.
//
// Kong reports a conditional twice, at the field and at the entity; here it is one diagnostic at
// the field, with the field that decides as a related place.
#pragma once

#include <string>
#include <string_view>

#include "config/check_context.h"
#include "config/schema.h"
#include "config/service_url.h"
#include "config/tree.h"

namespace gw::config {

// All checks of `spec` on `node`; its single fields have been checked.
void check_entity_rules(CheckContext& ctx, const EntitySpec& spec, const Node& node,
                        const PathStep& at);

void check_service(CheckContext& ctx, const Node& node, const PathStep& at);
void check_route(CheckContext& ctx, const Node& node, const PathStep& at);
void check_upstream(CheckContext& ctx, const Node& node, const PathStep& at);
void check_certificate(CheckContext& ctx, const Node& node, const PathStep& at);
void check_ca_certificate(CheckContext& ctx, const Node& node, const PathStep& at);
void check_vault(CheckContext& ctx, const Node& node, const PathStep& at);

// At `then` because of what `decider` says; `expected` tells what would be right.
void report_conditional(CheckContext& ctx, const Node& then, const Node* decider,
                        std::string_view decider_name, std::string path, std::string message,
                        std::string expected = {});
// `then` is missing because of what `decider` says.
void report_missing(CheckContext& ctx, const Node& entity, const Node* decider,
                    std::string_view decider_name, std::string path);

}  // namespace gw::config
