#include "config/link.h"

#include <map>
#include <string>
#include <string_view>
#include <unordered_map>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/secret.h"
#include "base/text.h"
#include "config/check_reference.h"
#include "config/findings.h"
#include "config/ids.h"

namespace gw::config {
namespace {

using Seen = std::unordered_map<std::string_view, Entity*>;

// Where the value stands that makes two entities equal: the field, else the entity.
Span place_of(const Entity& entity, std::string_view field) {
  const Node* value = entity.node->find(field);
  return value == nullptr ? start_of(*entity.node) : value->where;
}

void report_duplicate(CheckContext& ctx, Entity& first, const Entity& again, std::string_view field,
                      std::string_view shown_field, std::string_view value, bool replaces) {
  // Of several files no one is the later one: across them a duplicate is a mistake at any level.
  const bool refused = !ctx.before(3, 4) || first.document != again.document;
  if (!refused && replaces) first.overridden = true;
  ctx.report({.code = refused ? code::kDuplicate : code::kOverridden,
              .where = place_of(again, field),
              .path = path_of(again),
              .message = fmt::format("uniqueness violation: '{}' entity with {} set to '{}' "
                                     "already declared",
                                     again.spec->collection, shown_field, printable(value)),
              .suggestion =
                  refused ? std::string{} : std::string("the later one wins; rename or remove one"),
              .related = {{place_of(first, field), "first declared here"}}});
}

const FieldSpec* field_of(const EntitySpec& spec, std::string_view name,
                          const model::Level& level) {
  return find_field(spec.fields, name, level);
}

// A credential's key is a secret: messages show its fingerprint only.
std::string shown(const Entity& entity, const FieldSpec& field, std::string_view value) {
  const bool secret = entity.spec->collection == "keyauth_credentials" && field.name == "key";
  if (!secret) return std::string(value);
  return fmt::format("sha256:{}", Secret(std::string(value)).fingerprint());
}

}  // namespace

Links::Links(Inventory& inventory, const model::Level& level)
    : inventory_(inventory), level_(level) {
  for (Entity& entity : inventory_.all()) {
    assign_id(entity, level_);
    Index& index = by_collection_[entity.spec->collection];
    const std::string_view name = name_of(entity);
    if (!name.empty()) index.by_name[name] = &entity;
    index.by_id[entity.id.str()] = &entity;
  }
}

const Entity* Links::find(std::string_view collection, std::string_view id_or_name) const {
  const auto at = by_collection_.find(collection);
  if (at == by_collection_.end() || id_or_name.empty()) return nullptr;
  const Index& index = at->second;
  if (const auto named = index.by_name.find(id_or_name); named != index.by_name.end()) {
    return named->second;
  }
  const auto with_id = index.by_id.find(lower(id_or_name));
  return with_id == index.by_id.end() ? nullptr : with_id->second;
}

const Entity* Links::target(const Entity& entity, std::string_view field) const {
  const FieldSpec* spec = field_of(*entity.spec, field, level_);
  if (spec == nullptr) return nullptr;
  if (entity.parent != nullptr && entity.parent->spec->collection == spec->foreign) {
    return entity.parent;
  }
  const Node* value = present(*entity.node, field);
  return value == nullptr ? nullptr : find(spec->foreign, referred_by(*value, level_));
}

std::optional<Uuid> Links::id_of_target(const Entity& entity, std::string_view field) const {
  const Entity* found = target(entity, field);
  if (found == nullptr) return std::nullopt;
  return found->id;
}

void Links::check(CheckContext& ctx) {
  for (const EntitySpec& spec : entities()) check_duplicates(ctx, spec);
  for (const Entity& entity : inventory_.all()) check_references(ctx, entity);
}

bool Links::check_unique(CheckContext& ctx, Entity& entity, const FieldSpec& field, Seen& seen) {
  const std::string_view value = text_of(*entity.node, field.name);
  if (value.empty()) return false;
  const auto [at, is_new] = seen.try_emplace(value, &entity);
  if (is_new) return false;
  Entity& first = *std::exchange(at->second, &entity);
  // Names only lead somewhere else; of an equal key or id the earlier entity is gone.
  const bool replaces = first.id == entity.id || field.name == "key";
  const std::string_view label = field.name == "id" ? std::string_view("primary key") : field.name;
  report_duplicate(ctx, first, entity, field.name, label, shown(entity, field, value), replaces);
  return true;
}

void Links::check_duplicates(CheckContext& ctx, const EntitySpec& spec) {
  std::map<std::string_view, Seen> seen;
  std::unordered_map<std::string, Entity*> ids;
  for (Entity* entity : inventory_.of(spec.collection)) {
    bool reported = false;
    for (const FieldSpec& field : spec.fields) {
      if (!field.unique || !field.at(level_)) continue;
      if (check_unique(ctx, *entity, field, seen[field.name])) reported = true;
    }
    const auto [at, is_new] = ids.try_emplace(entity->id.str(), entity);
    if (is_new) continue;
    Entity& first = *std::exchange(at->second, entity);
    if (reported) continue;
    // Plugins and targets have no unique field; their ids are made from what they apply to.
    report_duplicate(ctx, first, *entity, "name", "primary key", entity->id.str(), true);
  }
}

void Links::check_references(CheckContext& ctx, const Entity& entity) const {
  if (entity.parent != nullptr) return;
  for (const FieldSpec& field : entity.spec->fields) {
    if (field.type != Type::foreign || !field.at(level_)) continue;
    const Node* value = present(*entity.node, field.name);
    const std::string_view name =
        value == nullptr ? std::string_view{} : referred_by(*value, level_);
    if (name.empty() || find(field.foreign, name) != nullptr) continue;
    std::vector<std::string_view> names;
    for (const Entity* other : inventory_.of(field.foreign)) names.push_back(name_of(*other));
    // Among very many names the nearest costs more than it helps.
    constexpr std::size_t kMostNames = 2000;
    const std::string_view near =
        names.size() > kMostNames ? std::string_view{} : nearest(name, names);
    ctx.report({.code = code::kBadReference,
                .where = value->where,
                .path = fmt::format("{}.{}", path_of(entity), field.name),
                .message = fmt::format(
                    "invalid reference '{}: {}' (no such entry in '{}')", field.name,
                    value->is(Kind::mapping) ? to_json(*value) : printable(name), field.foreign),
                .expected = fmt::format("the name or id of one of the {}", field.foreign),
                .suggestion = std::string(near)});
  }
}

}  // namespace gw::config
