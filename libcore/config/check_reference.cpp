#include "config/check_reference.h"

#include <string>
#include <string_view>

#include <fmt/format.h>

#include "base/text.h"
#include "config/check_value.h"
#include "config/findings.h"

namespace gw::config {
namespace {

std::string short_form(const Node& value, std::string_view field) {
  for (const std::string_view key : {"name", "id", "username"}) {
    const std::string_view text = text_of(value, key);
    if (!text.empty()) return fmt::format("{}: {}", field, printable(text));
  }
  return fmt::format("{}: NAME", field);
}

void check_object(CheckContext& ctx, const FieldSpec& field, const Member& member,
                  const PathStep& at) {
  const PathStep here{.up = &at, .key = field.name};
  const auto report = [&](std::string path, std::string message) {
    ctx.report({.code = code::kReferenceForm,
                .where = member.value.where,
                .path = std::move(path),
                .message = std::move(message),
                .expected = fmt::format("the name or id of one of the {}", field.foreign),
                .suggestion = short_form(member.value, field.name)});
  };
  if (ctx.before(2, 1)) {
    report(to_text(here), "expected a string");
  } else if (text_of(member.value, "id").empty()) {
    report(to_text(PathStep{.up = &here, .key = "id"}), "missing primary key");
  } else if (!reads_id_objects(ctx.level())) {
    report(to_text(here), fmt::format("invalid reference '{}: {}' (no such entry in '{}')",
                                      field.name, to_json(member.value), field.foreign));
  }
}

// Whether the reference only repeats the parent that the entity is nested in.
bool repeats_parent(const Entity& entity, const FieldSpec& field, const Node& value) {
  return entity.parent->spec->collection == field.foreign && value.is(Kind::string) &&
         (value.text == name_of(*entity.parent) ||
          value.text == text_of(*entity.parent->node, "id"));
}

void check_nested(CheckContext& ctx, const Entity& entity, const FieldSpec& field,
                  const Member& member, const PathStep& at) {
  const bool plugin = entity.spec->collection == "plugins";
  // Kong itself lets a nested plugin repeat its parent.
  if (plugin && repeats_parent(entity, field, member.value)) return;
  const PluginSpec* spec = plugin ? find_plugin(text_of(*entity.node, "name")) : nullptr;
  if (spec != nullptr && !spec->consumer_scope && field.name == "consumer") return;
  ctx.report({.code = code::kParentTwice,
              .where = member.value.where,
              .path = to_text(PathStep{.up = &at, .key = field.name}),
              .message = "value must be null",
              .expected = fmt::format("no {} here: the entity belongs to the {} it is nested in",
                                      field.name, entity.parent->spec->singular),
              .suggestion = fmt::format("move the {} to the top of the file, with both references",
                                        entity.spec->singular)});
}

}  // namespace

bool reads_id_objects(const model::Level& level) {
  return level >= model::Level{3, 4};
}

std::string_view referred_by(const Node& value, const model::Level& level) {
  if (value.is(Kind::string)) return value.text;
  return reads_id_objects(level) ? text_of(value, "id") : std::string_view{};
}

void check_reference(CheckContext& ctx, const Entity& entity, const FieldSpec& field,
                     const Member& member, const PathStep& at) {
  if (member.value.is(Kind::null)) {
    if (field.required(ctx.level()) && entity.parent == nullptr) {
      check_member(ctx, field, member, at);
    }
  } else if (entity.parent != nullptr) {
    check_nested(ctx, entity, field, member, at);
  } else if (member.value.is(Kind::mapping)) {
    check_object(ctx, field, member, at);
  } else {
    check_member(ctx, field, member, at);
  }
}

std::string to_json(const Node& mapping) {
  std::string text = "{";
  for (const Member& member : mapping.members) {
    if (text.size() > 1) text += ',';
    text += fmt::format("\"{}\":\"{}\"", printable(member.key), printable(member.value.text));
  }
  return text + "}";
}

}  // namespace gw::config
