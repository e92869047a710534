// Who answers what; the table in endpoint.cpp says where. One file a group.
#pragma once

#include "admin/endpoint.h"

namespace gw::admin {

// node_handlers.cpp
[[nodiscard]] Reply get_node(Call& call);
[[nodiscard]] Reply get_status(Call& call);
[[nodiscard]] Reply get_ready(Call& call);
[[nodiscard]] Reply get_endpoints(Call& call);
[[nodiscard]] Reply get_enabled_plugins(Call& call);
[[nodiscard]] Reply refuse_method(Call& call);

// config_handlers.cpp
[[nodiscard]] Reply get_config(Call& call);
[[nodiscard]] Reply post_config(Call& call);

// schema_handlers.cpp
[[nodiscard]] Reply get_schema(Call& call);
[[nodiscard]] Reply get_plugin_schema(Call& call);
[[nodiscard]] Reply get_plugin_config_schema(Call& call);
[[nodiscard]] Reply validate_entity(Call& call);

// read_handlers.cpp
[[nodiscard]] Reply list_entities(Call& call);
[[nodiscard]] Reply get_entity(Call& call);
[[nodiscard]] Reply list_children(Call& call);
[[nodiscard]] Reply get_child(Call& call);
[[nodiscard]] Reply get_reference(Call& call);

// tag_handlers.cpp
[[nodiscard]] Reply list_tags(Call& call);
[[nodiscard]] Reply list_tagged(Call& call);

// target_handlers.cpp
[[nodiscard]] Reply get_health(Call& call);
[[nodiscard]] Reply list_all_targets(Call& call);
[[nodiscard]] Reply mark_target(Call& call);

// write_handlers.cpp
[[nodiscard]] Reply create_entity(Call& call);
[[nodiscard]] Reply upsert_entity(Call& call);
[[nodiscard]] Reply update_entity(Call& call);
[[nodiscard]] Reply delete_entity(Call& call);
[[nodiscard]] Reply create_child(Call& call);
[[nodiscard]] Reply upsert_child(Call& call);
[[nodiscard]] Reply update_child(Call& call);
[[nodiscard]] Reply delete_child(Call& call);
[[nodiscard]] Reply upsert_reference(Call& call);
[[nodiscard]] Reply update_reference(Call& call);

}  // namespace gw::admin
