#include "mesh/go_decode.h"

#include <algorithm>
#include <cmath>
#include <limits>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "mesh/go_values.h"

namespace gw::mesh {
namespace {

std::string kind_of(const Json& value) {
  switch (value.type()) {
    case Json::value_t::object:
      return "object";
    case Json::value_t::array:
      return "array";
    case Json::value_t::string:
      return "string";
    case Json::value_t::boolean:
      return "bool";
    default:
      return "number";
  }
}

// time.ParseDuration's error: which part of it is none.
std::string span_problem(std::string_view text) {
  std::string_view rest = text;
  if (rest.starts_with('-') || rest.starts_with('+')) rest.remove_prefix(1);
  constexpr std::string_view kNumber = "0123456789.";
  while (!rest.empty() && is_digit(rest.front())) {
    rest.remove_prefix(std::min(rest.find_first_not_of(kNumber), rest.size()));
    const std::string_view unit = rest.substr(0, rest.find_first_of(kNumber));
    rest.remove_prefix(unit.size());
    if (unit.empty()) return fmt::format("time: missing unit in duration {}", go_quote(text));
    if (!parse_go_duration(fmt::format("1{}", unit))) {
      return fmt::format("time: unknown unit {} in duration {}", go_quote(unit), go_quote(text));
    }
  }
  return fmt::format("time: invalid duration {}", go_quote(text));
}

// "Weights" of "structs.Weights"; nothing of a struct without a name.
std::string_view short_name(std::string_view type) {
  if (type.starts_with("struct {")) return "";
  return type.substr(type.find('.') + 1);
}

}  // namespace

GoPlace GoPlace::field(std::string_view name) const {
  GoPlace place = *this;
  if (!sealed) place.path = path.empty() ? std::string(name) : fmt::format("{}.{}", path, name);
  return place;
}

GoPlace GoPlace::in(std::string_view type) const {
  GoPlace place = *this;
  if (!sealed) place.struct_name = type;
  return place;
}

GoPlace GoPlace::seal() const {
  GoPlace place = *this;
  place.sealed = !path.empty();
  return place;
}

GoError go_mismatch(const Json& value, const GoPlace& place, std::string_view type) {
  std::string what = kind_of(value);
  if (value.is_number() && (type == "int" || type == "uint64")) {
    what += ' ' + go_json(value, false);
  }
  if (place.path.empty()) {
    return fmt::format("json: cannot unmarshal {} into Go value of type {}", what, type);
  }
  return fmt::format("json: cannot unmarshal {} into Go struct field {}.{} of type {}", what,
                     place.struct_name, place.path, type);
}

GoError read_struct(const Json& value, const GoPlace& place, std::string_view type,
                    const std::vector<GoField>& fields) {
  if (value.is_null()) return std::nullopt;
  if (!value.is_object()) return go_mismatch(value, place, type);
  const GoPlace within = place.in(short_name(type));
  for (const auto& [key, member] : value.items()) {
    const auto field = std::ranges::find_if(
        fields, [&, &name = key](const GoField& known) { return iequals(known.name, name); });
    if (field == fields.end()) return fmt::format("json: unknown field {}", go_quote(key));
    if (member.is_null()) continue;
    if (auto error = field->read(member, within.field(field->name))) return error;
  }
  return std::nullopt;
}

GoRead go_text(std::string& to, std::string_view type) {
  return [&to, type = std::string(type)](const Json& value, const GoPlace& place) -> GoError {
    if (!value.is_string()) return go_mismatch(value, place, type);
    to = value.get<std::string>();
    return std::nullopt;
  };
}

GoRead go_bool(bool& to) {
  return [&to](const Json& value, const GoPlace& place) -> GoError {
    if (!value.is_boolean()) return go_mismatch(value, place, "bool");
    to = value.get<bool>();
    return std::nullopt;
  };
}

GoRead go_int(std::int64_t& to) {
  return [&to](const Json& value, const GoPlace& place) -> GoError {
    const bool fits =
        value.is_number_integer() &&
        (!value.is_number_unsigned() ||
         value.get<std::uint64_t>() <= std::uint64_t{std::numeric_limits<std::int64_t>::max()});
    if (!fits) return go_mismatch(value, place, "int");
    to = value.get<std::int64_t>();
    return std::nullopt;
  };
}

GoRead go_texts(std::vector<std::string>& to) {
  return [&to](const Json& value, const GoPlace& place) -> GoError {
    if (!value.is_array()) return go_mismatch(value, place, "[]string");
    to.clear();
    for (const Json& element : value) {
      if (!element.is_string() && !element.is_null()) return go_mismatch(element, place, "string");
      to.push_back(element.is_null() ? "" : element.get<std::string>());
    }
    return std::nullopt;
  };
}

GoRead go_text_map(std::map<std::string, std::string>& to) {
  return [&to](const Json& value, const GoPlace& place) -> GoError {
    if (!value.is_object()) return go_mismatch(value, place, "map[string]string");
    for (const auto& [key, member] : value.items()) {
      if (!member.is_string() && !member.is_null()) return go_mismatch(member, place, "string");
      to[key] = member.is_null() ? "" : member.get<std::string>();
    }
    return std::nullopt;
  };
}

GoRead go_object(std::string& to) {
  return [&to](const Json& value, const GoPlace& place) -> GoError {
    if (!value.is_object()) return go_mismatch(value, place, "map[string]interface {}");
    to = nlohmann::json(value).dump(-1, ' ', false, nlohmann::json::error_handler_t::replace);
    return std::nullopt;
  };
}

GoRead go_span(std::chrono::nanoseconds& to) {
  return [&to](const Json& value, const GoPlace&) -> GoError {
    if (value.is_number()) {
      const double count = value.get<double>();
      if (std::abs(count) < 9e18) {
        to = std::chrono::nanoseconds(static_cast<std::int64_t>(count));
      }
    } else if (value.is_string()) {
      const auto& text = value.get_ref<const std::string&>();
      const auto span = parse_go_duration(text);
      if (!span) return span_problem(text);
      to = *span;
    }
    return std::nullopt;
  };
}

GoRead go_array(std::string_view type, GoRead element) {
  return [type = std::string(type), element = std::move(element)](const Json& value,
                                                                  const GoPlace& place) -> GoError {
    if (!value.is_array()) return go_mismatch(value, place, type);
    for (const Json& each : value) {
      if (auto error = element(each, place)) return error;
    }
    return std::nullopt;
  };
}

GoRead go_map(std::string_view type,
              std::function<GoError(const std::string&, const Json&, const GoPlace&)> member) {
  return [type = std::string(type), member = std::move(member)](const Json& value,
                                                                const GoPlace& place) -> GoError {
    if (!value.is_object()) return go_mismatch(value, place, type);
    for (const auto& [key, each] : value.items()) {
      if (auto error = member(key, each, place)) return error;
    }
    return std::nullopt;
  };
}

GoRead go_ignore() {
  return [](const Json&, const GoPlace&) -> GoError { return std::nullopt; };
}

Result<std::uint64_t> parse_go_uint(std::string_view text) {
  const auto value = parse_uint(text);
  if (value) return *value;
  const bool digits = !text.empty() && std::ranges::all_of(text, is_digit);
  return fail(ErrorCode::invalid, fmt::format("strconv.ParseUint: parsing {}: {}", go_quote(text),
                                              digits ? "value out of range" : "invalid syntax"));
}

std::string go_errors(const std::vector<std::string>& errors) {
  std::string text =
      fmt::format("{} error{} occurred:\n", errors.size(), errors.size() == 1 ? "" : "s");
  for (const std::string& error : errors) text += fmt::format("\t* {}\n", error);
  return text + '\n';
}

}  // namespace gw::mesh
