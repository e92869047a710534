#include "admin/form.h"

#include <algorithm>
#include <utility>

#include "base/text.h"

namespace gw::admin {
namespace {

using config::Kind;
using config::Node;

constexpr std::size_t kMaxSteps = 16;  // deeper than any field of the schema

// "config.service[1].name" as its keys; "" stands for "[]".
std::vector<std::string> steps_of(std::string_view name) {
  std::vector<std::string> steps;
  for (const auto dotted : split(name, '.')) {
    const auto open = dotted.find('[');
    if (open == std::string_view::npos || !dotted.ends_with(']')) {
      steps.emplace_back(dotted);
      continue;
    }
    if (open > 0) steps.emplace_back(dotted.substr(0, open));
    const std::string_view inner = dotted.substr(open + 1, dotted.size() - open - 2);
    for (const auto key : split(inner, '[')) {
      steps.emplace_back(key.ends_with(']') ? key.substr(0, key.size() - 1) : key);
    }
  }
  if (steps.size() > kMaxSteps) return {std::string(name)};
  return steps;
}

// The place in `holder` that a step leads to. A list is made only by "[]" and by 1, 2, 3 in turn,
// any other index makes a record, which the schema then refuses.
Node& go(Node& holder, const std::string& step) {
  const auto index = parse_uint(step);
  const bool fresh = holder.is(Kind::null);
  const bool appends = step.empty() || (index && (fresh || holder.is(Kind::sequence)) &&
                                        *index == holder.items.size() + 1);
  if (appends && (fresh || holder.is(Kind::sequence))) {
    holder.kind = Kind::sequence;
    return holder.items.emplace_back();
  }
  if (index && holder.is(Kind::sequence) && *index >= 1 && *index <= holder.items.size()) {
    return holder.items[*index - 1];
  }
  if (!holder.is(Kind::mapping)) holder = config::make_mapping();
  if (Node* known = holder.find(step)) return *known;
  holder.members.push_back({step, {}, Node{}});
  return holder.members.back().value;
}

Node value_of(const Argument& argument) {
  if (!argument.value) return config::make_boolean(true);
  return config::make_string(*argument.value);
}

// A name that comes again makes a list of its values.
void put(Node& place, Node value) {
  if (place.is(Kind::null)) {
    place = std::move(value);
  } else if (place.is(Kind::sequence)) {
    place.items.push_back(std::move(value));
  } else {
    Node first = std::exchange(place, config::make_sequence());
    place.items.push_back(std::move(first));
    place.items.push_back(std::move(value));
  }
}

void convert_value(Node& value, const config::FieldSpec& field, const model::Level& level);

void convert_scalar(Node& value, const config::FieldSpec& field) {
  if (!value.is(Kind::string)) return;
  if (value.text.empty()) {
    value = Node{};
  } else if (field.type == config::Type::boolean) {
    if (value.text == "true" || value.text == "false") {
      value = config::make_boolean(value.text == "true");
    }
  } else if (field.type == config::Type::number || field.type == config::Type::integer) {
    if (const auto parsed = parse_number(value.text)) value = config::make_number(*parsed);
  }
}

void convert_items(Node& value, const config::FieldSpec* element, const model::Level& level) {
  if (element == nullptr) return;
  for (Node& item : value.items) convert_value(item, *element, level);
  for (config::Member& member : value.members) convert_value(member.value, *element, level);
}

void convert_value(Node& value, const config::FieldSpec& field, const model::Level& level) {
  const bool list = field.type == config::Type::array || field.type == config::Type::set;
  if (list && value.is(Kind::string) && !value.text.empty()) {
    Node only = std::exchange(value, config::make_sequence());
    value.items.push_back(std::move(only));
  }
  if (list || field.type == config::Type::map) convert_items(value, field.element, level);
  if (field.type == config::Type::record) convert(value, field.fields, level);
  convert_scalar(value, field);
}

}  // namespace

std::string decode_url(std::string_view text) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool escape = text[i] == '%' && i + 2 < text.size() && hex_value(text[i + 1]) >= 0 &&
                        hex_value(text[i + 2]) >= 0;
    if (escape) {
      out += static_cast<char>(hex_value(text[i + 1]) * 16 + hex_value(text[i + 2]));
      i += 2;
    } else {
      out += text[i] == '+' ? ' ' : text[i];
    }
  }
  return out;
}

std::vector<Argument> parse_arguments(std::string_view text, std::size_t most) {
  std::vector<Argument> out;
  for (const auto part : split(text, '&')) {
    if (part.empty()) continue;
    if (out.size() > most) break;
    const auto equals = part.find('=');
    Argument argument{.name = decode_url(part.substr(0, equals)), .value = std::nullopt};
    if (equals != std::string_view::npos) argument.value = decode_url(part.substr(equals + 1));
    out.push_back(std::move(argument));
  }
  return out;
}

std::optional<std::string> find_argument(const std::vector<Argument>& arguments,
                                         std::string_view name) {
  const auto at = std::ranges::find(arguments, name, &Argument::name);
  if (at == arguments.end()) return std::nullopt;
  return at->value.value_or("");
}

Node nest(const std::vector<Argument>& arguments) {
  Node root = config::make_mapping();
  for (const Argument& argument : arguments) {
    Node* place = &root;
    for (const std::string& step : steps_of(argument.name)) place = &go(*place, step);
    put(*place, value_of(argument));
  }
  return root;
}

void convert(Node& record, config::Fields fields, const model::Level& level) {
  for (config::Member& member : record.members) {
    const config::FieldSpec* field = config::find_field(fields, member.key, level);
    if (field != nullptr) convert_value(member.value, *field, level);
  }
}

}  // namespace gw::admin
