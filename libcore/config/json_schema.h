// The schema as JSON Schema (draft 2020-12), for editors and other tools.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "model/level.h"

namespace gw::config {

// Of an entity by its collection or singular name ("services", "route"), of a plugin's config by
// the plugin's name ("key-auth"), or of whole files (""); "" when there is no such thing.
[[nodiscard]] std::string json_schema(std::string_view entity_or_plugin, model::Level level);

// What json_schema knows at `level`, for messages and completion.
[[nodiscard]] std::vector<std::string_view> json_schema_names(model::Level level);

}  // namespace gw::config
