#include "config/ids.h"

#include <string>
#include <string_view>

#include <fmt/format.h>

#include "config/check_reference.h"

namespace gw::config {
namespace {

Uuid root_name_space() {
  static const Uuid id = Uuid::parse("fd02801f-0957-4a15-a55a-c8d9606f30b5").value_or(Uuid{});
  return id;
}

// What stands for the entity that `field` refers to: the parent's id, else the text of the file.
std::string reference_part(const Entity& entity, std::string_view field,
                           std::string_view collection, const model::Level& level) {
  const Entity* parent = entity.parent;
  if (parent != nullptr && parent->spec->collection == collection) return parent->id.str();
  const Node* value = entity.node->find(field);
  return value == nullptr ? std::string{} : std::string(referred_by(*value, level));
}

// Kong's composite keys carry a slot for the workspace, which 2.0 does not have.
std::string_view workspace(const model::Level& level) {
  return level < model::Level{2, 1} ? "" : "*:";
}

std::string plugin_key(const Entity& entity, const model::Level& level) {
  return fmt::format("plugins:{}{}:{}:{}:{}", workspace(level), text_of(*entity.node, "name"),
                     reference_part(entity, "route", "routes", level),
                     reference_part(entity, "service", "services", level),
                     reference_part(entity, "consumer", "consumers", level));
}

std::string target_key(const Entity& entity, const model::Level& level) {
  return fmt::format("targets:{}{}:{}", workspace(level),
                     reference_part(entity, "upstream", "upstreams", level),
                     text_of(*entity.node, "target"));
}

std::string place_key(const Entity& entity) {
  return fmt::format("place:{}:{}", entity.document, path_of(entity));
}

std::string natural_key(const Entity& entity, const model::Level& level) {
  const std::string_view collection = entity.spec->collection;
  if (collection == "plugins") return plugin_key(entity, level);
  if (collection == "targets") return target_key(entity, level);
  const std::string_view name = name_of(entity);
  if (!name.empty()) return std::string(name);
  const std::string_view custom_id = text_of(*entity.node, "custom_id");
  if (!custom_id.empty()) return fmt::format("custom_id:{}", custom_id);
  return place_key(entity);
}

}  // namespace

Uuid natural_id(std::string_view collection, std::string_view key) {
  return Uuid::v5(Uuid::v5(root_name_space(), collection), key);
}

void assign_id(Entity& entity, const model::Level& level) {
  const auto given = Uuid::parse(text_of(*entity.node, "id"));
  entity.id = given ? *given : natural_id(entity.spec->collection, natural_key(entity, level));
}

}  // namespace gw::config
