#include "admin/show_value.h"

#include <algorithm>
#include <string>
#include <utility>

#include "admin/json.h"
#include "config/json_reader.h"

namespace gw::admin {
namespace {

using config::FieldSpec;
using config::Kind;
using config::Node;
using config::Type;

bool is_set(const Node* node) {
  return node != nullptr && !node->is(Kind::null);
}

// "redis.host" as the record and the field in it; a name without dot is in the record itself.
std::pair<std::string_view, std::string_view> split_alias(std::string_view alias_of) {
  const auto dot = alias_of.find('.');
  if (dot == std::string_view::npos) return {"", alias_of};
  return {alias_of.substr(0, dot), alias_of.substr(dot + 1)};
}

const Node* find_in(const Node& record, std::string_view alias_of) {
  const auto [parent, leaf] = split_alias(alias_of);
  const Node* holder = parent.empty() ? &record : record.find(parent);
  return holder == nullptr ? nullptr : holder->find(leaf);
}

void move_to_new_spelling(Node& record, const FieldSpec& alias) {
  const Node* old = record.find(alias.name);
  if (!is_set(old) || is_set(find_in(record, alias.alias_of))) return;
  const auto [parent, leaf] = split_alias(alias.alias_of);
  if (!parent.empty() && !is_set(record.find(parent))) {
    config::set(record, std::string(parent), config::make_mapping());
  }
  const Node value = *record.find(alias.name);
  Node& holder = parent.empty() ? record : *record.find(parent);
  config::set(holder, std::string(leaf), value);
}

bool has_aliases(config::Fields fields, const model::Level& level) {
  return std::ranges::any_of(
      fields, [&](const FieldSpec& field) { return field.at(level) && !field.alias_of.empty(); });
}

Node with_new_spellings(const Node& given, config::Fields fields, const model::Level& level) {
  Node record = given;
  for (const FieldSpec& field : fields) {
    if (field.at(level) && !field.alias_of.empty()) move_to_new_spelling(record, field);
  }
  return record;
}

Node show_fields(const Node& given, config::Fields fields, const model::Level& level) {
  Node out = config::make_mapping();
  for (const FieldSpec& field : fields) {
    if (!field.at(level)) continue;
    if (field.alias_of.empty()) {
      append(out, field.name, show_value(given.find(field.name), field, level));
    } else {
      const Node* same = find_in(out, field.alias_of);
      append(out, field.name, same == nullptr ? Node{} : *same);
    }
  }
  return out;
}

Node show_list(const Node& given, const FieldSpec& field, const model::Level& level) {
  Node out = config::make_sequence();
  for (const Node& item : given.items) {
    Node shown = field.element == nullptr ? item : show_value(&item, *field.element, level);
    const bool again = field.type == Type::set && shown.is(Kind::string) &&
                       std::ranges::find(out.items, shown.text, &Node::text) != out.items.end();
    if (!again) out.items.push_back(std::move(shown));
  }
  return out;
}

Node show_map(const Node& given, const FieldSpec& field, const model::Level& level) {
  Node out = config::make_mapping();
  for (const config::Member& member : given.members) {
    append(
        out, member.key,
        field.element == nullptr ? member.value : show_value(&member.value, *field.element, level));
  }
  return out;
}

}  // namespace

Node show_record(const Node& given, config::Fields fields, const model::Level& level) {
  if (!has_aliases(fields, level)) return show_fields(given, fields, level);
  return show_fields(with_new_spellings(given, fields, level), fields, level);
}

Node show_value(const Node* given, const FieldSpec& field, const model::Level& level) {
  const bool expands = field.type == Type::record && !field.fields.empty();
  if (!is_set(given)) {
    return expands ? show_record(config::make_mapping(), field.fields, level) : default_of(field);
  }
  switch (field.type) {
    case Type::record:
      return expands ? show_record(*given, field.fields, level) : *given;
    case Type::array:
    case Type::set:
      return show_list(*given, field, level);
    case Type::map:
      return show_map(*given, field, level);
    case Type::string:
    case Type::number:
    case Type::integer:
    case Type::boolean:
    case Type::foreign:
    case Type::any:
      break;
  }
  return *given;
}

Node default_of(const FieldSpec& field) {
  if (field.fallback.empty()) return {};
  config::Diagnostics none;  // the tables are ours: they are JSON
  return config::read_json(0, field.fallback, none).root.value_or(Node{});
}

void drop_nulls(Node& node) {
  std::erase_if(node.members, [](const config::Member& m) { return m.value.is(Kind::null); });
  for (config::Member& member : node.members) drop_nulls(member.value);
  for (Node& item : node.items) drop_nulls(item);
}

}  // namespace gw::admin
