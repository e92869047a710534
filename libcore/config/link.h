// Ids, names and references across all documents: who refers to whom, what stands twice.
#pragma once

#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <unordered_map>

#include "base/uuid.h"
#include "config/check_context.h"
#include "config/inventory.h"

namespace gw::config {

class Links {
 public:
  // Gives every entity its id and indexes them; `inventory` outlives this object.
  Links(Inventory& inventory, const model::Level& level);

  // Reports duplicates and references that lead nowhere; up to 3.3 marks what a later one replaces.
  void check(CheckContext& ctx);

  // The entity that `field` of `entity` refers to, by nesting, id or name; nullptr when none does.
  [[nodiscard]] const Entity* target(const Entity& entity, std::string_view field) const;
  [[nodiscard]] std::optional<Uuid> id_of_target(const Entity& entity,
                                                 std::string_view field) const;
  // An entity by its id or name; nullptr when there is none.
  [[nodiscard]] const Entity* find(std::string_view collection, std::string_view id_or_name) const;

 private:
  // Of one collection. Of equal names the last wins, as in Kong up to 3.3.
  struct Index {
    std::unordered_map<std::string_view, Entity*> by_name;
    std::unordered_map<std::string, Entity*> by_id;
  };

  Inventory& inventory_;
  model::Level level_;
  std::map<std::string_view, Index> by_collection_;

  void check_duplicates(CheckContext& ctx, const EntitySpec& spec);
  bool check_unique(CheckContext& ctx, Entity& entity, const FieldSpec& field,
                    std::unordered_map<std::string_view, Entity*>& seen);
  void check_references(CheckContext& ctx, const Entity& entity) const;
};

}  // namespace gw::config
