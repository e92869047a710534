#include "mesh/filter.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/regex.h"
#include "base/text.h"
#include "mesh/filter_parser.h"
#include "mesh/go_values.h"

namespace gw::mesh {

struct Filter::Program {
  FilterTree tree;
  std::map<std::string, Regex, std::less<>> patterns;
};

namespace {

using Path = std::span<const std::string>;
using Patterns = std::map<std::string, Regex, std::less<>>;

std::string_view name_of(FilterMatch match) {
  static constexpr std::array<std::string_view, 8> kNames{
      "Equal", "Not Equal", "In", "Not In", "Is Empty", "Is Not Empty", "Matches", "Not Matches"};
  return kNames[static_cast<std::size_t>(match)];
}

bool is_negative(FilterMatch match) {
  return match == FilterMatch::not_equal || match == FilterMatch::not_in ||
         match == FilterMatch::is_not_empty || match == FilterMatch::not_matches;
}

FilterMatch positive(FilterMatch match) {
  if (match == FilterMatch::not_equal) return FilterMatch::equal;
  if (match == FilterMatch::not_in) return FilterMatch::in;
  if (match == FilterMatch::is_not_empty) return FilterMatch::is_empty;
  return match == FilterMatch::not_matches ? FilterMatch::matches : match;
}

// ---- whether the expression fits what is filtered ----

// What the selector leads to in the shape; nullptr: nothing.
const Json* resolve(const Json& shape, Path path) {
  if (shape.is_array() && !path.empty()) return resolve(shape.front(), path);
  if (path.empty()) return &shape;
  if (!shape.is_object()) return nullptr;
  if (const auto any = shape.find("*"); any != shape.end()) return resolve(*any, path.subspan(1));
  const auto found = shape.find(path.front());
  return found == shape.end() ? nullptr : resolve(*found, path.subspan(1));
}

// As far as the first name that leads nowhere.
std::string unknown_part(const Json& shape, const std::vector<std::string>& selector) {
  std::size_t length = 1;
  while (length < selector.size() && resolve(shape, Path(selector).first(length)) != nullptr) {
    ++length;
  }
  return join(Path(selector).first(length), ".");
}

bool supports(const Json& shape, FilterMatch match) {
  const FilterMatch kind = positive(match);
  if (shape.is_string()) return kind != FilterMatch::is_empty;
  if (shape.is_array()) {
    const bool of_texts = shape.front().is_string();
    return kind == FilterMatch::is_empty || (kind == FilterMatch::in && of_texts);
  }
  if (shape.is_object()) {
    return shape.contains("*") && (kind == FilterMatch::is_empty || kind == FilterMatch::in);
  }
  return kind == FilterMatch::equal;
}

template <class Number>
bool is_number(std::string_view text, Number& into) {
  const auto result = std::from_chars(text.data(), text.data() + text.size(), into);
  return result.ec == std::errc() && result.ptr == text.data() + text.size();
}

std::optional<bool> read_bool(std::string_view text) {
  static constexpr std::array<std::string_view, 6> kTrue{"1", "t", "T", "true", "TRUE", "True"};
  static constexpr std::array<std::string_view, 6> kFalse{"0", "f", "F", "false", "FALSE", "False"};
  if (std::ranges::find(kTrue, text) != kTrue.end()) return true;
  if (std::ranges::find(kFalse, text) != kFalse.end()) return false;
  return std::nullopt;
}

// How Go would read the value; nullopt: it can.
std::optional<std::string_view> unreadable_as(const Json& shape, const std::string& value) {
  std::int64_t whole = 0;
  double number = 0;
  if (shape.is_number_integer() && !is_number(value, whole)) return "ParseInt";
  if (shape.is_number_float() && !is_number(value, number)) return "ParseFloat";
  if (shape.is_boolean() && !read_bool(value)) return "ParseBool";
  return std::nullopt;
}

std::optional<std::string> find_fault(const FilterNode& node, const Json& shape) {
  const std::string selector = join(node.selector, ".");
  const Json* const field = resolve(shape, node.selector);
  // An object of fixed members is no field itself.
  if (field == nullptr || (field->is_object() && !field->contains("*"))) {
    return fmt::format("Selector {} is not valid", go_quote(unknown_part(shape, node.selector)));
  }
  if (!supports(*field, node.match)) {
    return fmt::format("Invalid match operator {} for selector {}", go_quote(name_of(node.match)),
                       go_quote(selector));
  }
  if (const auto how = unreadable_as(*field, node.value)) {
    return fmt::format(
        "Failed to coerce value {} for selector {}: strconv.{}: parsing {}: invalid syntax",
        go_quote(node.value), go_quote(selector), *how, go_quote(node.value));
  }
  return std::nullopt;
}

std::optional<std::string> prepare(const FilterNode& node, const Json& shape, Patterns& patterns) {
  if (node.kind != FilterNode::Kind::match) {
    if (auto fault = prepare(*node.left, shape, patterns)) return fault;
    return node.right ? prepare(*node.right, shape, patterns) : std::nullopt;
  }
  if (!shape.is_null()) {
    if (auto fault = find_fault(node, shape)) return fault;
  }
  if (positive(node.match) != FilterMatch::matches || patterns.contains(node.value)) {
    return std::nullopt;
  }
  auto pattern = Regex::compile(node.value);
  if (!pattern) {
    return fmt::format("Failed to compile regular expression {}: error parsing regexp: {}",
                       go_quote(node.value), pattern.error().message);
  }
  patterns.emplace(node.value, std::move(*pattern));
  return std::nullopt;
}

// ---- evaluation ----

bool equals(const Json& field, const std::string& value) {
  if (field.is_string()) return field.get_ref<const std::string&>() == value;
  if (field.is_boolean()) return read_bool(value) == field.get<bool>();
  double number = 0;
  return field.is_number() && is_number(value, number) && field.get<double>() == number;
}

bool holds(const Json& field, const std::string& value) {
  if (field.is_string()) return field.get_ref<const std::string&>().contains(value);
  if (field.is_object()) return field.contains(value);
  return field.is_array() &&
         std::ranges::any_of(field, [&](const Json& element) { return equals(element, value); });
}

bool is_match(const Json& field, const FilterNode& node, const Patterns& patterns) {
  switch (positive(node.match)) {
    case FilterMatch::equal:
      return equals(field, node.value);
    case FilterMatch::in:
      return holds(field, node.value);
    case FilterMatch::is_empty:
      return field.is_null() || ((field.is_array() || field.is_object()) && field.empty());
    default:
      break;
  }
  const auto pattern = patterns.find(node.value);
  return field.is_string() && pattern != patterns.end() &&
         pattern->second.search(field.get_ref<const std::string&>());
}

// What an operator says of a map's key that is not there; "matches" is as odd in Consul.
bool holds_for_nothing(FilterMatch match) {
  return match != FilterMatch::equal && match != FilterMatch::is_not_empty &&
         match != FilterMatch::in;
}

// Of a list on the way any element will do.
bool evaluate(const Json& at, Path path, const FilterNode& node, const Patterns& patterns) {
  if (path.empty()) return is_match(at, node, patterns) != is_negative(node.match);
  if (at.is_array()) {
    return std::ranges::any_of(
        at, [&](const Json& element) { return evaluate(element, path, node, patterns); });
  }
  const auto found = at.is_object() ? at.find(path.front()) : at.end();
  if (found != at.end()) return evaluate(*found, path.subspan(1), node, patterns);
  return holds_for_nothing(node.match);
}

bool evaluate(const Json& element, const FilterNode& node, const Patterns& patterns) {
  switch (node.kind) {
    case FilterNode::Kind::both:
      return evaluate(element, *node.left, patterns) && evaluate(element, *node.right, patterns);
    case FilterNode::Kind::either:
      return evaluate(element, *node.left, patterns) || evaluate(element, *node.right, patterns);
    case FilterNode::Kind::negation:
      return !evaluate(element, *node.left, patterns);
    case FilterNode::Kind::match:
      break;
  }
  return evaluate(element, node.selector, node, patterns);
}

}  // namespace

Result<Filter> Filter::parse(std::string_view text, const Json& shape) {
  Filter filter;
  if (text.empty()) return filter;
  const auto failed = [](std::string_view why) {
    return fail(ErrorCode::invalid,
                fmt::format("Failed to create boolean expression evaluator: {}", why));
  };
  auto tree = parse_filter(text);
  if (!tree) return failed(tree.error().message);
  auto program = std::make_shared<Program>();
  program->tree = std::move(*tree);
  if (const auto fault = prepare(*program->tree, shape, program->patterns)) return failed(*fault);
  filter.program_ = std::move(program);
  return filter;
}

bool Filter::matches(const Json& element) const {
  return !program_ || evaluate(element, *program_->tree, program_->patterns);
}

Json filtered(const Json& list, const Filter& filter) {
  Json kept = Json::array();
  for (const Json& element : list) {
    if (filter.matches(element)) kept.push_back(element);
  }
  return kept;
}

}  // namespace gw::mesh
