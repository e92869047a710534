// Every entity of a config, nested ones included, in the order of the files.
//
// Holds pointers into the documents' trees, which outlive it.
#pragma once

#include <cstddef>
#include <cstdint>
#include <deque>
#include <map>
#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "base/uuid.h"
#include "config/schema.h"
#include "config/tree.h"

namespace gw::config {

struct Entity {
  const EntitySpec* spec = nullptr;
  const Node* node = nullptr;
  const Entity* parent = nullptr;  // the entity that this one is nested in
  std::size_t index = 0;           // in its list
  std::uint32_t document = 0;
  bool migrates = false;  // its paths are those of an older format
  // Filled in by linking.
  Uuid id{};
  bool overridden = false;  // a later entity with the same id or key took its place
};

// services[0].routes[1]
[[nodiscard]] std::string path_of(const Entity& entity);
// The entity's own name: the text of its endpoint key, or "".
[[nodiscard]] std::string_view name_of(const Entity& entity);
// The text of a string field, or "" when it is missing, null or something else.
[[nodiscard]] std::string_view text_of(const Node& record, std::string_view key);

class Inventory {
 public:
  Entity& add(Entity entity);
  // Those of a collection, in file order.
  [[nodiscard]] std::span<Entity* const> of(std::string_view collection) const;
  [[nodiscard]] std::deque<Entity>& all() { return all_; }
  [[nodiscard]] const std::deque<Entity>& all() const { return all_; }

 private:
  std::deque<Entity> all_;  // a deque, as parents are pointed at while it grows
  std::map<std::string_view, std::vector<Entity*>> by_collection_;
};

}  // namespace gw::config
