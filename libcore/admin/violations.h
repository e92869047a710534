// Diagnostics as Kong's Admin API tells them: a tree that mirrors the input, and Lua's notation of
// it in messages (kong-behaviour.md 7.5, 8.5).
#pragma once

#include <string>
#include <string_view>

#include "config/diagnostic.h"
#include "config/tree.h"

namespace gw::admin {

// Kong's `fields`: {"services": [null, {"host": "required field missing"}]}; what is wrong with an
// entity as a whole stands in its "@entity". Errors only.
[[nodiscard]] config::Node error_tree(const config::Diagnostics& found);

// {services={[2]={host="required field missing"}}}, on one line or in many.
[[nodiscard]] std::string lua_table(const config::Node& node);
[[nodiscard]] std::string lua_table_indented(const config::Node& node);

// "2 schema violations (host: required field missing; paths.2: should start with: /)"
[[nodiscard]] std::string schema_message(const config::Node& fields);

// With places, as our own reports have them; secrets are not in them.
[[nodiscard]] config::Node places(const config::Diagnostics& found, const config::Sources& sources);

}  // namespace gw::admin
