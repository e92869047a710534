#include "config/values.h"

#include <algorithm>
#include <string>
#include <string_view>

#include "base/text.h"
#include "config/check_context.h"

namespace gw::config {
namespace {

// Defaults are JSON; the tables have plain strings only, without escapes.
std::string unquoted(std::string_view json) {
  const bool quoted = json.size() >= 2 && json.starts_with('"') && json.ends_with('"');
  return std::string(quoted ? json.substr(1, json.size() - 2) : std::string_view{});
}

std::vector<std::string> unquoted_list(std::string_view json) {
  if (json.size() < 2) return {};
  std::vector<std::string> out;
  for (const auto part : split_list(json.substr(1, json.size() - 2))) out.push_back(unquoted(part));
  return out;
}

}  // namespace

const Node* Values::find(std::string_view name) const {
  return present(*record_, name);
}

std::string_view Values::fallback(std::string_view name) const {
  const FieldSpec* field = find_field(fields_, name, level_);
  return field == nullptr ? std::string_view{} : field->fallback;
}

std::string Values::text(std::string_view name) const {
  const Node* value = find(name);
  return value != nullptr ? value->text : unquoted(fallback(name));
}

double Values::number(std::string_view name) const {
  const Node* value = find(name);
  return value != nullptr ? value->number : parse_number(fallback(name)).value_or(0);
}

bool Values::flag(std::string_view name) const {
  const Node* value = find(name);
  return value != nullptr ? value->boolean : fallback(name) == "true";
}

std::vector<std::string> Values::texts(std::string_view name) const {
  const Node* value = find(name);
  if (value == nullptr) return unquoted_list(fallback(name));
  std::vector<std::string> out;
  for (const Node& item : value->items) {
    if (std::ranges::find(out, item.text) == out.end()) out.push_back(item.text);
  }
  return out;
}

std::optional<bool> Values::maybe_flag(std::string_view name) const {
  const Node* value = find(name);
  return value == nullptr ? std::optional<bool>{} : value->boolean;
}

std::optional<int> Values::maybe_int(std::string_view name) const {
  const Node* value = find(name);
  return value == nullptr ? std::optional<int>{} : static_cast<int>(value->number);
}

}  // namespace gw::config
