#include "admin/write_check.h"

#include <string>
#include <utility>

#include <fmt/format.h>

#include "admin/json.h"
#include "admin/lookup.h"
#include "admin/show.h"
#include "admin/show_value.h"
#include "admin/violations.h"
#include "config/validate.h"

namespace gw::admin {
namespace {

using config::EntitySpec;
using config::FieldSpec;
using config::Kind;
using config::Node;
using model::Level;

config::Fields plugin_fields(const Node& record) {
  const auto* plugin = config::find_plugin(config::text_of(record, "name"));
  return plugin == nullptr ? config::Fields{} : plugin->config;
}

void convert_form(Node& record, const EntitySpec& spec, const Level& level) {
  convert(record, spec.fields, level);
  Node* config = record.find("config");
  if (spec.collection == "plugins" && config != nullptr) {
    convert(*config, plugin_fields(record), level);
  }
}

Reply violation(Node fields) {
  const std::string message = schema_message(fields);
  return refuse(Trouble::schema_violation, message, std::move(fields));
}

Reply unresolved(const FieldSpec& field, std::string_view key, std::string_view name) {
  const std::string why =
      fmt::format("the foreign key cannot be resolved with '{}' for an existing '{}' entity",
                  lua_key(key, name), field.foreign);
  return refuse(Trouble::foreign_keys_unresolved,
                fmt::format("foreign key unresolved ({}.{}: {})", field.name, key, why),
                object({{field.name, object({{key, text(why)}})}}));
}

// {"id": ...} or {"name": ...} as the id that files have in its place.
Outcome<void> resolve(const Call& call, const FieldSpec& field, Node& value, References how) {
  const EntitySpec& spec = *config::find_entity(field.foreign);
  if (const Node* id = value.find("id"); id != nullptr && id->is(Kind::string)) {
    const Node copy = *id;
    value = copy;
    if (Uuid::parse(value.text)) return {};
    return std::unexpected(
        violation(object({{field.name, object({{"id", text("expected a valid UUID")}})}})));
  }
  const std::string_view key = endpoint_key(spec, call.level());
  const Node* name = key.empty() ? nullptr : value.find(key);
  if (name == nullptr || !name->is(Kind::string) || how == References::taken_as_they_are) {
    return std::unexpected(
        violation(object({{field.name, object({{"id", text("missing primary key")}})}})));
  }
  const auto* found = call.catalogue.by_name(spec.collection, name->text);
  if (found == nullptr) return std::unexpected(unresolved(field, key, name->text));
  value = text(found->id.str());
  return {};
}

Outcome<void> resolve_references(const Call& call, const EntitySpec& spec, Node& record,
                                 References how) {
  for (const FieldSpec& field : spec.fields) {
    if (field.type != config::Type::foreign || !field.at(call.level())) continue;
    Node* value = record.find(field.name);
    if (value == nullptr || value->is(Kind::null)) continue;
    if (auto done = resolve(call, field, *value, how); !done) return done;
  }
  return {};
}

// The record as the only entity of a file; what is wrong with it, without the way to it.
Node mistakes(const Level& level, const EntitySpec& spec, Node record) {
  Node root = object({{"_format_version", text(format_version(level))}});
  append(root, spec.collection, config::make_sequence({std::move(record)}));
  config::Diagnostics found;
  config::CheckContext ctx(level, found);
  config::Inventory inventory;
  config::validate_document(ctx, {}, root, 0, inventory);
  const Node tree = error_tree(found);
  const Node* list = tree.find(spec.collection);
  return list == nullptr || list->items.empty() ? Node{} : list->items.front();
}

bool is_child_list(const EntitySpec& spec, std::string_view key, const Level& level) {
  const EntitySpec* child = config::find_entity(key);
  const bool own = config::find_field(spec.fields, key, level) != nullptr;
  return child != nullptr && !own && config::parent_field(*child, spec, level) != nullptr;
}

// Takes nested entities out: files may have them, single entities may not; but a certificate's
// server names, which Kong reads.
Node take_children(Node& record, const EntitySpec& spec, const Level& level) {
  Node refused = config::make_mapping();
  std::erase_if(record.members, [&](const config::Member& member) {
    if (!is_child_list(spec, member.key, level)) return false;
    const bool read = spec.collection == "certificates" && member.key == "snis";
    if (!read) append(refused, member.key, text("unknown field"));
    return true;
  });
  return refused;
}

}  // namespace

Outcome<void> check_record(const Call& call, const EntitySpec& spec, Body body,
                           const config::Entity* parent, References references) {
  const Level& level = call.level();
  Node& record = body.record;
  if (!body.typed) convert_form(record, spec, level);
  if (parent != nullptr) {
    const Node id = object({{"id", text(parent->id.str())}});
    config::set(record, std::string(call.endpoint.link->name), id);
  }
  Node refused = take_children(record, spec, level);
  auto resolved = resolve_references(call, spec, record, references);
  if (!resolved) return resolved;
  Node tree = mistakes(level, spec, std::move(record));
  if (tree.is(Kind::null)) tree = config::make_mapping();
  for (config::Member& m : refused.members) append(tree, m.key, std::move(m.value));
  if (tree.members.empty()) return {};
  return std::unexpected(violation(std::move(tree)));
}

Body patched(const Call& call, const config::Entity& entity, Body patch) {
  Node record = show(call.catalogue, entity, {.nulls = false, .secrets = true});
  if (!patch.typed) convert_form(patch.record, *entity.spec, call.level());
  config::merge_patch(record, patch.record);
  return {.record = std::move(record), .typed = true};
}

}  // namespace gw::admin
