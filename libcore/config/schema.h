// The schema: every entity and plugin of Kong that declarative files may name.
//
// Static tables; nothing here allocates or can fail. Sources: kong-behaviour.md 1.1, 2.1, 3.1,
// 4.1, 7.1 to 7.3.
#pragma once

#include <cstdint>
#include <span>
#include <string_view>

#include "config/field.h"
#include "model/level.h"

namespace gw::config {

// How far an entity is understood.
enum class Support : std::uint8_t {
  full,     // checked and run
  checked,  // checked, and not run: a warning
  known,    // only its name and references are known: a warning
};

struct EntitySpec {
  std::string_view collection{};  // "services"
  std::string_view singular{};    // "service"
  std::string_view help{};
  Fields fields{};
  std::string_view endpoint_key{};  // the field that names it: "name"; "" when nothing does
  Support support = Support::full;
  model::Level since = model::kOldestLevel;
  model::Level until = model::kNewestLevel;

  [[nodiscard]] constexpr bool at(const model::Level& level) const {
    return since <= level && level <= until;
  }
};

[[nodiscard]] std::span<const EntitySpec> entities();
// By collection ("services"), whatever the level; nullptr when Kong has no such entity.
[[nodiscard]] const EntitySpec* find_entity(std::string_view collection);
// The field of `child` that refers to `parent`; nullptr when it cannot be nested there.
[[nodiscard]] const FieldSpec* parent_field(const EntitySpec& child, const EntitySpec& parent,
                                            const model::Level& level);

// Fields of the file itself: _format_version, _transform, ...
[[nodiscard]] Fields file_fields();
// Fields that stand in every record of a file: _comment, _ignore.
[[nodiscard]] Fields remark_fields();

struct PluginSpec {
  std::string_view name{};
  std::string_view help{};
  bool runs = false;  // this program runs it
  // Without it requests pass that it would have refused: leaving it out silently opens the gateway.
  bool guards_access = false;
  bool authenticates = false;  // it may set a consumer
  bool consumer_scope = true;  // it may be scoped to a consumer
  Fields config{};             // empty: not checked
  bool config_known = false;
  model::Level since = model::kOldestLevel;
  model::Level until = model::kNewestLevel;

  [[nodiscard]] constexpr bool at(const model::Level& level) const {
    return since <= level && level <= until;
  }
};

[[nodiscard]] std::span<const PluginSpec> plugins();
[[nodiscard]] const PluginSpec* find_plugin(std::string_view name);

}  // namespace gw::config
