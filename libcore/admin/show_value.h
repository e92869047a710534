// Values against the schema, for showing: what the file says, else the default, else null.
#pragma once

#include "config/field.h"
#include "config/tree.h"
#include "model/level.h"

namespace gw::admin {

// All `fields` of a record at `level`, in their order; old spellings repeat what they stand for.
[[nodiscard]] config::Node show_record(const config::Node& given, config::Fields fields,
                                       const model::Level& level);
// One field; `given` is nullptr or null when the file says nothing.
[[nodiscard]] config::Node show_value(const config::Node* given, const config::FieldSpec& field,
                                      const model::Level& level);
// A default of the schema's tables as a value; null for "".
[[nodiscard]] config::Node default_of(const config::FieldSpec& field);

// Without members that are null, at any depth (lists keep theirs).
void drop_nulls(config::Node& node);

}  // namespace gw::admin
