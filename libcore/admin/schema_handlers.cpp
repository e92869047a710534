// /schemas/...: the schema's tables in the form that Kong's clients read, and checks without
// writing (kong-behaviour.md 8.1, 8.6).
#include <algorithm>
#include <array>
#include <optional>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "admin/body.h"
#include "admin/handlers.h"
#include "admin/json.h"
#include "admin/show_value.h"
#include "admin/write_check.h"
#include "base/text.h"

namespace gw::admin {
namespace {

using namespace std::string_view_literals;
using config::FieldSpec;
using config::Node;
using config::Type;
using model::Level;

// In the order of Type.
constexpr std::array kTypeNames{"string"sv, "number"sv, "integer"sv, "boolean"sv, "array"sv,
                                "set"sv,    "map"sv,    "record"sv,  "foreign"sv, "any"sv};

Node describe(const FieldSpec& field, const Level& level);

Node describe_fields(config::Fields fields, const Level& level) {
  Node out = config::make_sequence();
  for (const FieldSpec& field : fields) {
    if (field.at(level)) out.items.push_back(object({{field.name, describe(field, level)}}));
  }
  return out;
}

void add_bounds(Node& out, const FieldSpec& field) {
  if (field.min != -config::kNoBound) {
    append(out, "between",
           config::make_sequence({config::make_number(field.min), config::make_number(field.max)}));
  }
  if (field.above != -config::kNoBound) append(out, "gt", config::make_number(field.above));
  Node choices = config::make_sequence();
  for (const auto choice : field.one_of) choices.items.push_back(text(choice));
  for (const double choice : field.one_of_numbers) {
    choices.items.push_back(config::make_number(choice));
  }
  if (!choices.items.empty()) append(out, "one_of", std::move(choices));
}

void add_parts(Node& out, const FieldSpec& field, const Level& level) {
  if (field.type == Type::record) append(out, "fields", describe_fields(field.fields, level));
  if (field.element == nullptr) return;
  if (field.type == Type::map) append(out, "keys", object({{"type", text("string")}}));
  append(out, field.type == Type::map ? "values" : "elements", describe(*field.element, level));
}

void add_flags(Node& out, const FieldSpec& field, const Level& level) {
  const std::array<std::pair<std::string_view, bool>, 6> flags{
      {{"required", field.required(level)},
       {"unique", field.unique},
       {"uuid", field.format == config::Format::uuid},
       {"auto", field.name == "id" || field.name == "created_at" || field.name == "updated_at"},
       {"referenceable", field.referenceable},
       {"deprecated", !field.alias_of.empty()}}};
  for (const auto& [name, is_set] : flags) {
    if (is_set) append(out, name, config::make_boolean(true));
  }
}

Node describe(const FieldSpec& field, const Level& level) {
  Node out = object({{"type", text(kTypeNames.at(static_cast<std::size_t>(field.type)))}});
  if (!field.foreign.empty()) append(out, "reference", text(field.foreign));
  if (Node fallback = default_of(field); !fallback.is(config::Kind::null)) {
    append(out, "default", std::move(fallback));
  }
  add_flags(out, field, level);
  add_bounds(out, field);
  add_parts(out, field, level);
  // Kong's schemas explain themselves from 3.3 on.
  const bool explains = level >= Level{3, 3} && !field.help.empty();
  if (explains) append(out, "description", text(field.help));
  return out;
}

const config::EntitySpec* find_spec(std::string_view name, const Level& level) {
  const config::EntitySpec* spec = config::find_entity(name);
  return spec != nullptr && spec->at(level) ? spec : nullptr;
}

Reply no_entity(std::string_view name) {
  return say(404, fmt::format("No entity named '{}'", name));
}

// What is not checked has no schema to show.
const config::PluginSpec* find_checked_plugin(const Call& call) {
  const config::PluginSpec* plugin = config::find_plugin(call.names.front());
  const bool known = plugin != nullptr && plugin->at(call.level()) && plugin->config_known;
  return known ? plugin : nullptr;
}

Reply no_plugin(const Call& call) {
  return say(404, fmt::format("No plugin named '{}'", call.names.front()));
}

}  // namespace

Reply get_schema(Call& call) {
  const auto* spec = find_spec(call.names.front(), call.level());
  if (spec == nullptr) return no_entity(call.names.front());
  return answer(object({{"fields", describe_fields(spec->fields, call.level())}}));
}

Reply get_plugin_schema(Call& call) {
  const auto* plugin = find_checked_plugin(call);
  if (plugin == nullptr) return no_plugin(call);
  Node config = object({{"type", text("record")},
                        {"required", config::make_boolean(true)},
                        {"fields", describe_fields(plugin->config, call.level())}});
  Node fields = config::make_sequence();
  for (const FieldSpec& field : config::find_entity("plugins")->fields) {
    const bool common =
        field.name == "protocols" || (field.name == "consumer" && field.at(call.level()));
    if (common) fields.items.push_back(object({{field.name, describe(field, call.level())}}));
  }
  fields.items.push_back(object({{"config", std::move(config)}}));
  return answer(object({{"fields", std::move(fields)}}));
}

Reply get_plugin_config_schema(Call& call) {
  const auto* plugin = find_checked_plugin(call);
  if (plugin == nullptr) return no_plugin(call);
  return answer(object({{"fields", describe_fields(plugin->config, call.level())}}));
}

Reply validate_entity(Call& call) {
  auto body = read_body(call.request, call.level());
  if (!body) return body.error();
  const std::string name = call.names.empty() ? "plugins" : call.names.front();
  const auto* spec = find_spec(name, call.level());
  if (spec == nullptr) return no_entity(name);
  body->typed = true;  // Kong converts nothing here
  const auto checked =
      check_record(call, *spec, *std::move(body), nullptr, References::taken_as_they_are);
  return checked ? say(200, "schema validation successful") : checked.error();
}

}  // namespace gw::admin
