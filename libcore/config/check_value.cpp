#include "config/check_value.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/text.h"
#include "config/check_format.h"
#include "config/check_path.h"
#include "config/findings.h"

namespace gw::config {
namespace {

constexpr std::array<std::string_view, 10> kTypeNames{
    "a string", "a number", "an integer", "a boolean", "an array",
    "a set",    "a map",    "a record",   "a string",  "any value"};

bool fits(Type type, const Node& value) {
  switch (type) {
    case Type::string:
    case Type::foreign:
      return value.is(Kind::string);
    case Type::number:
      return value.is(Kind::number);
    case Type::integer:
      return value.is(Kind::number) && value.integer;
    case Type::boolean:
      return value.is(Kind::boolean);
    case Type::array:
    case Type::set:
      return is_list(value);
    case Type::map:
    case Type::record:
      return is_record(value);
    case Type::any:
      return true;
  }
  return false;
}

// How to mend a value of the wrong type, where that is easy to tell.
std::string mend_type(const FieldSpec& field, const Node& value) {
  const bool scalar = value.is(Kind::number) || value.is(Kind::boolean);
  if (field.type == Type::string && scalar) return fmt::format("quote it: \"{}\"", value.text);
  const bool wants_number = field.type == Type::integer || field.type == Type::number;
  if (value.is(Kind::string) && wants_number && parse_number(value.text)) {
    return fmt::format("write it without quotes: {}", value.text);
  }
  if (value.is(Kind::string) && field.type == Type::boolean &&
      (value.text == "true" || value.text == "false")) {
    return fmt::format("write it without quotes: {}", value.text);
  }
  const bool wants_list = field.type == Type::array || field.type == Type::set;
  if (wants_list && value.is(Kind::string)) {
    return fmt::format("wrap it in a list: [{}]", printable(value.text));
  }
  return {};
}

void report_type(CheckContext& ctx, const FieldSpec& field, const Node& value, const PathStep& at) {
  ctx.report({.code = code::kWrongType,
              .where = value.where,
              .path = to_text(at),
              .message = fmt::format("expected {}", describe(field.type)),
              .expected = describe(field),
              .suggestion = mend_type(field, value)});
}

void check_number(CheckContext& ctx, const FieldSpec& field, const Node& value,
                  const PathStep& at) {
  std::string message;
  std::string_view code = code::kOutOfRange;
  const double n = value.number;
  if (field.above != -kNoBound && !(n > field.above)) {
    message = fmt::format("value must be greater than {}", format_number(field.above));
  } else if (n < field.min || n > field.max) {
    message = fmt::format("value should be between {:.0f} and {:.0f}", field.min, field.max);
  } else if (!field.one_of_numbers.empty() && !std::ranges::count(field.one_of_numbers, n)) {
    message = fmt::format("expected one of: {}", fmt::join(field.one_of_numbers, ", "));
    code = code::kNotOneOf;
  } else {
    return;
  }
  ctx.report({.code = code,
              .where = value.where,
              .path = to_text(at),
              .message = std::move(message),
              .expected = describe(field)});
}

void report_choice(CheckContext& ctx, const FieldSpec& field, const Node& value,
                   const PathStep& at) {
  // The format of a file has its own words where there is only one.
  const bool single = field.one_of.size() == 1;
  ctx.report(
      {.code = code::kNotOneOf,
       .where = value.where,
       .path = to_text(at),
       .message = fmt::format(
           "{}{}", single ? "value must be " : "expected one of: ", fmt::join(field.one_of, ", ")),
       .expected = describe(field),
       .suggestion = std::string(value.text == field.refused ? field.why_refused
                                                             : nearest(value.text, field.one_of))});
}

// A path of an older file is checked as what it becomes.
std::optional<std::string> complaint_about(const CheckContext& ctx, Format format,
                                           std::string_view text) {
  if (format == Format::route_path && ctx.migrates && text.starts_with('/')) {
    return check_format(format, migrate_path(text), ctx.level());
  }
  return check_format(format, text, ctx.level());
}

std::string_view code_of(Format format, std::string_view message) {
  if (format == Format::certificate || format == Format::private_key) return code::kBadPem;
  if (format != Format::route_path) return code::kBadForm;
  return message.starts_with("invalid regex") ? code::kBadRegex : code::kBadPath;
}

// Kong reads these from the environment or a vault when it runs.
bool is_reference(const CheckContext& ctx, const FieldSpec& field, std::string_view text) {
  return field.referenceable && !ctx.before(3, 0) && text.starts_with("{vault://") &&
         text.ends_with('}');
}

// Before 3.0 a reference is taken for the value itself.
std::string reference_hint(const CheckContext& ctx, const FieldSpec& field, std::string_view text) {
  if (!field.referenceable || !text.starts_with("{vault://")) return {};
  return ctx.before(3, 0) ? "Kong reads references to vaults from 3.0 on (--compat)"
                          : "a reference ends with '}', and nothing comes after it";
}

void check_string(CheckContext& ctx, const FieldSpec& field, const Node& value,
                  const PathStep& at) {
  if (!field.one_of.empty()) {
    if (!std::ranges::count(field.one_of, std::string_view(value.text))) {
      report_choice(ctx, field, value, at);
    }
    return;
  }
  if (value.text.empty() && !field.may_be_empty) {
    ctx.report({.code = code::kEmpty,
                .where = value.where,
                .path = to_text(at),
                .message = "length must be at least 1",
                .expected = describe(field)});
    return;
  }
  if (value.text.empty() || is_reference(ctx, field, value.text)) return;
  const auto complaint = complaint_about(ctx, field.format, value.text);
  if (!complaint) return;
  ctx.report({.code = code_of(field.format, *complaint),
              .where = value.where,
              .path = to_text(at),
              .message = *complaint,
              .expected = describe(field),
              .suggestion = reference_hint(ctx, field, value.text)});
}

void check_list(CheckContext& ctx, const FieldSpec& field, const Node& value, const PathStep& at) {
  if (field.element == nullptr) return;
  for (std::size_t i = 0; i < value.items.size(); ++i) {
    check_value(ctx, *field.element, value.items[i],
                PathStep{.up = at.up, .key = at.key, .index = i});
  }
}

void check_map(CheckContext& ctx, const FieldSpec& field, const Node& value, const PathStep& at) {
  if (field.element == nullptr) return;
  // Kong names the map itself, not the key, when a value of it is wrong.
  for (const Member& member : value.members) check_value(ctx, *field.element, member.value, at);
}

std::string level_hint(const CheckContext& ctx, Fields fields, std::string_view name) {
  for (const FieldSpec& field : fields) {
    if (field.name != name) continue;
    if (ctx.level() < field.since) {
      return fmt::format("Kong knows it from {} on (--compat)", field.since.str());
    }
    return fmt::format("Kong knew it up to {}", field.until.str());
  }
  return {};
}

}  // namespace

std::string_view describe(Type type) {
  return kTypeNames.at(static_cast<std::size_t>(type));
}

std::string describe(const FieldSpec& field) {
  if (!field.one_of.empty()) return fmt::format("one of: {}", fmt::join(field.one_of, ", "));
  if (!field.one_of_numbers.empty()) {
    return fmt::format("one of: {}", fmt::join(field.one_of_numbers, ", "));
  }
  std::string text(describe(field.type));
  if (field.type == Type::string && field.format != Format::any) {
    text = describe(field.format);
  }
  if (field.min != -kNoBound) text += fmt::format(" from {:.0f} to {:.0f}", field.min, field.max);
  if (field.above != -kNoBound) text += fmt::format(" greater than {}", format_number(field.above));
  return text;
}

void check_value(CheckContext& ctx, const FieldSpec& field, const Node& value, const PathStep& at) {
  if (!fits(field.type, value)) {
    report_type(ctx, field, value, at);
    return;
  }
  switch (field.type) {
    case Type::string:
      check_string(ctx, field, value, at);
      break;
    case Type::number:
    case Type::integer:
      check_number(ctx, field, value, at);
      break;
    case Type::array:
    case Type::set:
      check_list(ctx, field, value, at);
      break;
    case Type::map:
      check_map(ctx, field, value, at);
      break;
    case Type::record:
      check_record(ctx, field.fields, field.open, value, at);
      break;
    case Type::boolean:
    case Type::foreign:
    case Type::any:
      break;
  }
}

void check_member(CheckContext& ctx, const FieldSpec& field, const Member& member,
                  const PathStep& record) {
  // An old spelling is reported under the name of the field that it stands for, as Kong does.
  const std::string_view name = field.alias_of.empty() ? field.name : field.alias_of;
  const PathStep at{.up = &record, .key = name};
  if (!member.value.is(Kind::null)) {
    check_value(ctx, field, member.value, at);
  } else if (field.required(ctx.level())) {
    ctx.report({.code = code::kMissing,
                .where = member.value.where,
                .path = to_text(at),
                .message = "required field missing",
                .expected = describe(field)});
  }
}

void check_missing(CheckContext& ctx, Fields fields, const Node& record, const PathStep& at) {
  for (const FieldSpec& field : fields) {
    const bool needed =
        field.at(ctx.level()) && field.required(ctx.level()) && field.fallback.empty();
    if (!needed || record.find(field.name) != nullptr) continue;
    ctx.report({.code = code::kMissing,
                .where = start_of(record),
                .path = to_text(PathStep{.up = &at, .key = field.name}),
                .message = "required field missing",
                .expected = describe(field)});
  }
}

void check_record(CheckContext& ctx, Fields fields, bool open, const Node& record,
                  const PathStep& at) {
  for (const Member& member : record.members) {
    if (const FieldSpec* field = find_field(fields, member.key, ctx.level())) {
      check_member(ctx, *field, member, at);
    } else if (!open) {
      report_unknown(ctx, fields, member, at);
    }
  }
  check_missing(ctx, fields, record, at);
}

void report_unknown(CheckContext& ctx, Fields fields, const Member& member, const PathStep& record,
                    std::span<const std::string_view> more_names) {
  std::string suggestion = level_hint(ctx, fields, member.key);
  if (suggestion.empty()) {
    std::vector<std::string_view> names(more_names.begin(), more_names.end());
    for (const FieldSpec& field : fields) {
      if (field.at(ctx.level())) names.push_back(field.name);
    }
    suggestion = nearest(member.key, names);
  }
  ctx.report({.code = code::kUnknownField,
              .where = member.key_where,
              .path = to_text(PathStep{.up = &record, .key = member.key}),
              .message = "unknown field",
              .suggestion = std::move(suggestion)});
}

}  // namespace gw::config
