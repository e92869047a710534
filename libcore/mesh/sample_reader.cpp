#include "mesh/sample_reader.h"

#include <algorithm>
#include <array>
#include <cstdint>
#include <limits>
#include <string>
#include <utility>

#include <nlohmann/json.hpp>

#include "base/text.h"

namespace gw::mesh {
namespace {

using Json = nlohmann::ordered_json;

// Services that call services: nobody's chain is this long (two levels of JSON each).
constexpr int kMaxDepth = 64;

bool read_answer(const Json& json, SampleAnswer& into);

bool read(const Json& json, std::string& into) {
  if (!json.is_string()) return false;
  into = json.get_ref<const std::string&>();
  return true;
}

bool read(const Json& json, int& into) {
  if (!json.is_number_integer()) return false;
  const auto value = json.get<std::int64_t>();
  if (value < std::numeric_limits<int>::min() || value > std::numeric_limits<int>::max()) {
    return false;
  }
  into = static_cast<int>(value);
  return true;
}

bool read(const Json& json, std::vector<std::string>& into) {
  if (!json.is_array()) return false;
  into.assign(json.size(), {});
  std::size_t at = 0;
  return std::ranges::all_of(json, [&](const Json& one) { return read(one, into[at++]); });
}

bool read(const Json& json, std::vector<SampleAnswer>& into) {
  if (!json.is_array()) return false;
  into.assign(json.size(), {});
  std::size_t at = 0;
  return std::ranges::all_of(json, [&](const Json& one) { return read_answer(one, into[at++]); });
}

bool read_member(std::string_view name, const Json& value, SampleAnswer& into) {
  using Text = std::pair<std::string_view, std::string SampleAnswer::*>;
  static constexpr std::array<Text, 8> kTexts{{{"name", &SampleAnswer::name},
                                               {"uri", &SampleAnswer::uri},
                                               {"type", &SampleAnswer::type},
                                               {"start_time", &SampleAnswer::start_time},
                                               {"end_time", &SampleAnswer::end_time},
                                               {"duration", &SampleAnswer::duration},
                                               {"body", &SampleAnswer::body},
                                               {"error", &SampleAnswer::error}}};
  if (value.is_null()) return true;
  const auto* const text =
      std::ranges::find_if(kTexts, [&](const Text& t) { return iequals(t.first, name); });
  if (text != kTexts.end()) return read(value, into.*(text->second));
  if (iequals(name, "ip_addresses")) return read(value, into.ip_addresses);
  if (iequals(name, "upstream_calls")) return read(value, into.upstream_calls);
  if (iequals(name, "code")) return read(value, into.code);
  return true;
}

bool read_answer(const Json& json, SampleAnswer& into) {
  into.code = 0;  // as Go's zero value
  if (json.is_null()) return true;
  if (!json.is_object()) return false;
  return std::ranges::all_of(json.items(), [&](const auto& member) {
    return read_member(member.key(), member.value(), into);
  });
}

}  // namespace

std::optional<SampleAnswer> from_json(std::string_view text) {
  bool too_deep = false;
  const auto bounded = [&too_deep](int depth, Json::parse_event_t, const Json&) {
    too_deep = too_deep || depth > kMaxDepth;
    return !too_deep;
  };
  const Json json = Json::parse(text, bounded, false);
  SampleAnswer answer;
  if (too_deep || json.is_discarded() || !read_answer(json, answer)) return std::nullopt;
  return answer;
}

}  // namespace gw::mesh
