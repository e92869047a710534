#include "config/json_schema.h"

#include <string>
#include <string_view>
#include <vector>

#include <nlohmann/json.hpp>

#include "config/schema.h"

namespace gw::config {
namespace {

using Json = nlohmann::ordered_json;
using model::Level;

constexpr std::string_view kDialect = "https://json-schema.org/draft/2020-12/schema";
constexpr std::string_view kHostPattern =
    R"(^(\[[0-9A-Fa-f:.]+\]|[0-9A-Fa-f:]*:[0-9A-Fa-f:]*|[A-Za-z0-9_.-]+)$)";

// Patterns for editors; the validator is stricter where a pattern cannot say it all.
std::string_view pattern_of(Format format, const Level& level) {
  switch (format) {
    case Format::header_name:
      return "^[A-Za-z0-9_-]+$";
    case Format::host:
      return kHostPattern;
    case Format::method:
      return "^[A-Z]+$";
    case Format::name:
      return level < Level{2, 2} ? "^[A-Za-z0-9._~-]+$" : R"(^([A-Za-z0-9._~-]|[^\x00-\x7F])+$)";
    case Format::path:
      return "^/";
    case Format::route_path:
      return level < Level{3, 0} ? "^/" : "^~?/";
    case Format::service_id:
      return R"(^spiffe://[A-Za-z0-9._-]*(/ap/[^/?#]+)?/ns/[^/?#]+/dc/[^/?#]+/svc/[^/?#]+$)";
    case Format::uuid:
      return "^[0-9A-Fa-f]{8}(-[0-9A-Fa-f]{4}){3}-[0-9A-Fa-f]{12}$";
    case Format::vault_prefix:
      return "^[a-z][a-z0-9-]*[a-z0-9]$";
    case Format::any:
    case Format::certificate:
    case Format::private_key:
    case Format::route_host:
    case Format::sni:
    case Format::tag:
    case Format::target:
    case Format::upstream_name:
    case Format::wildcard_sni:
      return {};
  }
  return {};
}

Json schema_of(const FieldSpec& field, const Level& level);

Json record_schema(Fields fields, bool open, const Level& level) {
  Json properties = Json::object();
  Json required = Json::array();
  for (const FieldSpec& field : fields) {
    if (!field.at(level)) continue;
    properties[std::string(field.name)] = schema_of(field, level);
    if (field.required(level) && field.fallback.empty()) required.push_back(field.name);
  }
  Json schema{{"type", "object"}, {"properties", std::move(properties)}};
  if (!required.empty()) schema["required"] = std::move(required);
  if (!open) schema["additionalProperties"] = false;
  return schema;
}

void add_string(Json& schema, const FieldSpec& field, const Level& level) {
  schema["type"] = "string";
  if (!field.one_of.empty()) {
    for (const auto value : field.one_of) schema["enum"].push_back(value);
    return;
  }
  if (!field.may_be_empty) schema["minLength"] = 1;
  const auto pattern = field.referenceable ? std::string_view{} : pattern_of(field.format, level);
  if (!pattern.empty()) schema["pattern"] = pattern;
}

void add_number(Json& schema, const FieldSpec& field) {
  schema["type"] = field.type == Type::integer ? "integer" : "number";
  const auto whole = [](double value) { return static_cast<std::int64_t>(value); };
  if (field.min != -kNoBound) schema["minimum"] = whole(field.min);
  if (field.max != kNoBound) schema["maximum"] = whole(field.max);
  if (field.above != -kNoBound) schema["exclusiveMinimum"] = whole(field.above);
  for (const double value : field.one_of_numbers) schema["enum"].push_back(whole(value));
}

void add_foreign(Json& schema, const Level& level) {
  schema["type"] = "string";
  if (level < Level{3, 4}) return;
  const Json by_id{
      {"type", "object"}, {"properties", {{"id", {{"type", "string"}}}}}, {"required", {"id"}}};
  schema.erase("type");
  schema["anyOf"] = Json::array({Json{{"type", "string"}}, by_id});
}

// null is as good as leaving the field out, unless it is required.
void allow_null(Json& schema, const FieldSpec& field, const Level& level) {
  if (field.required(level) || !schema.contains("type")) return;
  schema["type"] = Json::array({schema["type"], "null"});
  if (schema.contains("enum")) schema["enum"].push_back(nullptr);
}

Json schema_of(const FieldSpec& field, const Level& level) {
  Json schema = Json::object();
  switch (field.type) {
    case Type::string:
      add_string(schema, field, level);
      break;
    case Type::number:
    case Type::integer:
      add_number(schema, field);
      break;
    case Type::boolean:
      schema["type"] = "boolean";
      break;
    case Type::array:
    case Type::set:
      schema["type"] = "array";
      if (field.element != nullptr) schema["items"] = schema_of(*field.element, level);
      break;
    case Type::map:
      schema["type"] = "object";
      if (field.element != nullptr) {
        schema["additionalProperties"] = schema_of(*field.element, level);
      }
      break;
    case Type::record:
      schema = record_schema(field.fields, field.open, level);
      break;
    case Type::foreign:
      add_foreign(schema, level);
      break;
    case Type::any:
      break;
  }
  if (!field.name.empty()) allow_null(schema, field, level);
  if (!field.help.empty()) schema["description"] = field.help;
  if (!field.fallback.empty()) schema["default"] = Json::parse(field.fallback);
  if (!field.alias_of.empty()) schema["deprecated"] = true;
  return schema;
}

void add_remarks(Json& schema, const Level& level) {
  for (const FieldSpec& field : remark_fields()) {
    schema["properties"][std::string(field.name)] = schema_of(field, level);
  }
}

// "if it is plugin NAME, then config is ..." for each whose config is known.
Json plugin_rules(const Level& level) {
  Json rules = Json::array();
  for (const PluginSpec& plugin : plugins()) {
    if (!plugin.at(level) || !plugin.config_known) continue;
    const Json is_it{{"properties", {{"name", {{"const", plugin.name}}}}}};
    const Json config{{"properties", {{"config", record_schema(plugin.config, false, level)}}}};
    rules.push_back({{"if", is_it}, {"then", config}});
  }
  return rules;
}

Json list_of(std::string_view collection) {
  return {{"type", {"array", "null"}}, {"items", {{"$ref", "#/$defs/" + std::string(collection)}}}};
}

// A child in its parent's list need not name the parent, so nothing foreign is required.
Json entity_schema(const EntitySpec& spec, const Level& level, bool with_children) {
  Json schema = record_schema(spec.fields, spec.support == Support::known, level);
  if (schema.contains("required")) {
    Json kept = Json::array();
    for (const FieldSpec& field : spec.fields) {
      const bool by_url = spec.collection == "services" && field.name == "host";
      const bool needed = field.at(level) && field.required(level) && field.fallback.empty();
      if (!needed || by_url || field.type == Type::foreign || field.type == Type::record) continue;
      kept.push_back(field.name);
    }
    schema["required"] = std::move(kept);
  }
  if (spec.collection == "services") {
    schema["anyOf"] = Json::array({Json{{"required", {"host"}}}, Json{{"required", {"url"}}}});
  }
  if (spec.collection == "plugins") schema["allOf"] = plugin_rules(level);
  add_remarks(schema, level);
  for (const EntitySpec& child : entities()) {
    const bool nests = with_children && child.at(level) && parent_field(child, spec, level);
    if (nests) schema["properties"][std::string(child.collection)] = list_of(child.collection);
  }
  schema["description"] = spec.help;
  return schema;
}

void add_definitions(Json& schema, const Level& level) {
  for (const EntitySpec& spec : entities()) {
    if (!spec.at(level)) continue;
    schema["$defs"][std::string(spec.collection)] = entity_schema(spec, level, true);
  }
}

Json file_schema(const Level& level) {
  Json schema = record_schema(file_fields(), false, level);
  add_remarks(schema, level);
  for (const EntitySpec& spec : entities()) {
    if (spec.at(level)) {
      schema["properties"][std::string(spec.collection)] = list_of(spec.collection);
    }
  }
  add_definitions(schema, level);
  return schema;
}

std::string finish(const Json& body, std::string_view title, const Level& level) {
  Json schema{{"$schema", kDialect}, {"title", std::string(title) + " (Kong " + level.str() + ")"}};
  schema.update(body);
  return schema.dump(2) + "\n";
}

}  // namespace

std::string json_schema(std::string_view entity_or_plugin, Level level) {
  if (entity_or_plugin.empty()) return finish(file_schema(level), "Kong config", level);
  for (const EntitySpec& spec : entities()) {
    const bool named = spec.collection == entity_or_plugin || spec.singular == entity_or_plugin;
    if (!named || !spec.at(level)) continue;
    Json schema = entity_schema(spec, level, true);
    add_definitions(schema, level);
    return finish(schema, spec.singular, level);
  }
  const PluginSpec* plugin = find_plugin(entity_or_plugin);
  if (plugin == nullptr || !plugin->at(level)) return {};
  const bool known = plugin->config_known;
  return finish(record_schema(plugin->config, !known, level), plugin->name, level);
}

std::vector<std::string_view> json_schema_names(Level level) {
  std::vector<std::string_view> names;
  for (const EntitySpec& spec : entities()) {
    if (spec.at(level)) names.push_back(spec.collection);
  }
  for (const PluginSpec& plugin : plugins()) {
    if (plugin.at(level)) names.push_back(plugin.name);
  }
  return names;
}

}  // namespace gw::config
