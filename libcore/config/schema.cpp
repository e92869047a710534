#include "config/schema.h"

#include <algorithm>
#include <array>
#include <span>
#include <string_view>
#include <vector>

#include "config/schema_rows.h"

namespace gw::config {
namespace {

template <class T>
std::vector<T> joined(std::initializer_list<std::span<const T>> tables) {
  std::vector<T> all;
  for (const auto table : tables) all.insert(all.end(), table.begin(), table.end());
  return all;
}

constexpr std::array kRemarkFields{
    FieldSpec{.name = "_comment", .type = Type::string, .help = "A remark."},
    FieldSpec{.name = "_ignore",
              .type = Type::array,
              .help = "Anything; not looked at.",
              .element = &rows::kAnything},
};

using rows::operator""sv;
constexpr std::array kFormats20{"1.1"sv};
constexpr std::array kFormats21{"1.1"sv, "2.1"sv};
constexpr std::array kFormats30{"1.1"sv, "2.1"sv, "3.0"sv};

constexpr FieldSpec format_row(std::span<const std::string_view> values, model::Level since,
                               model::Level until) {
  return {.name = "_format_version",
          .type = Type::string,
          .help = "Format of this file.",
          .required_since = kAlways,
          .since = since,
          .until = until,
          .one_of = values};
}
// decK's own keys: Kong knows none of them, decK takes them out before it talks to Kong.
constexpr FieldSpec deck_row(std::string_view name, Type type) {
  return {.name = name, .type = type, .help = "decK only.", .open = true};
}

constexpr std::array kFileFields{
    format_row(kFormats20, {2, 0}, {2, 0}),
    format_row(kFormats21, {2, 1}, {2, 8}),
    format_row(kFormats30, {3, 0}, model::kNewestLevel),
    FieldSpec{.name = "_transform",
              .type = Type::boolean,
              .help = "false: secrets are in the form that a database holds.",
              .fallback = "true",
              .since = {2, 1}},
    deck_row("_info", Type::record),
    deck_row("_workspace", Type::string),
    deck_row("_konnect", Type::record),
    deck_row("_plugin_configs", Type::record),
};

}  // namespace

std::span<const EntitySpec> entities() {
  static const std::vector<EntitySpec> all =
      joined<EntitySpec>({rows::kRoutingEntities, rows::kConsumerEntities, rows::kBalancerEntities,
                          rows::kSecretEntities});
  return all;
}

const EntitySpec* find_entity(std::string_view collection) {
  const auto all = entities();
  const auto found = std::ranges::find(all, collection, &EntitySpec::collection);
  return found == all.end() ? nullptr : &*found;
}

const FieldSpec* parent_field(const EntitySpec& child, const EntitySpec& parent,
                              const model::Level& level) {
  for (const FieldSpec& field : child.fields) {
    if (field.foreign == parent.collection && field.at(level)) return &field;
  }
  return nullptr;
}

Fields file_fields() {
  return kFileFields;
}
Fields remark_fields() {
  return kRemarkFields;
}

std::span<const PluginSpec> plugins() {
  static const std::vector<PluginSpec> all =
      joined<PluginSpec>({rows::kRunPlugins, rows::kBundledPlugins});
  return all;
}

const PluginSpec* find_plugin(std::string_view name) {
  const auto all = plugins();
  const auto found = std::ranges::find(all, name, &PluginSpec::name);
  return found == all.end() ? nullptr : &*found;
}

}  // namespace gw::config
