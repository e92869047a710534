// One value against its row of the schema: type, bounds, choices, form, and the records inside.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "config/check_context.h"
#include "config/field.h"
#include "config/tree.h"

namespace gw::config {

// Reports every mistake in `value`, whose place is `at`; null has been dealt with by the caller.
void check_value(CheckContext& ctx, const FieldSpec& field, const Node& value, const PathStep& at);

// All members of `record` and what is missing of `fields`.
void check_record(CheckContext& ctx, Fields fields, bool open, const Node& record,
                  const PathStep& at);

// One member of a record: null, or a value.
void check_member(CheckContext& ctx, const FieldSpec& field, const Member& member,
                  const PathStep& record);
// What `record` lacks of the fields that have to be there.
void check_missing(CheckContext& ctx, Fields fields, const Node& record, const PathStep& at);

// "unknown field", with the nearest known name, or the level at which it is known.
void report_unknown(CheckContext& ctx, Fields fields, const Member& member, const PathStep& record,
                    std::span<const std::string_view> more_names = {});

// "a string", "an integer from 0 to 65535", "one of: a, b".
[[nodiscard]] std::string describe(const FieldSpec& field);
[[nodiscard]] std::string_view describe(Type type);

}  // namespace gw::config
