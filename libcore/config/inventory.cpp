#include "config/inventory.h"

#include <string>
#include <string_view>
#include <utility>

#include <fmt/format.h>

namespace gw::config {

std::string path_of(const Entity& entity) {
  std::string path = entity.parent == nullptr ? std::string{} : path_of(*entity.parent) + ".";
  return path + fmt::format("{}[{}]", entity.spec->collection, entity.index);
}

std::string_view text_of(const Node& record, std::string_view key) {
  const Node* value = record.find(key);
  if (value == nullptr || !value->is(Kind::string)) return {};
  return value->text;
}

std::string_view name_of(const Entity& entity) {
  const std::string_view key = entity.spec->endpoint_key;
  return key.empty() ? std::string_view{} : text_of(*entity.node, key);
}

Entity& Inventory::add(Entity entity) {
  Entity& added = all_.emplace_back(entity);
  by_collection_[added.spec->collection].push_back(&added);
  return added;
}

std::span<Entity* const> Inventory::of(std::string_view collection) const {
  const auto found = by_collection_.find(collection);
  if (found == by_collection_.end()) return {};
  return found->second;
}

}  // namespace gw::config
