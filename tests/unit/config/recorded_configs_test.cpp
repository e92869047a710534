// The validator against what real Kong nodes (2.0.5, 2.8.3, 3.9.1) said about the same configs.
#include <algorithm>
#include <array>
#include <fstream>
#include <set>
#include <string>
#include <string_view>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "loading.h"

namespace {

using namespace gw::config;
using Json = nlohmann::ordered_json;

// Errors as "path: message".
using Findings = std::multiset<std::string>;

// Where we deliberately say something else, and why.
struct Difference {
  std::string_view level;  // "" for all
  std::string_view name;   // of the case
  std::string_view reason;
  std::string_view ours;  // the one finding expected instead; "" when the config is refused anyhow
};
constexpr std::array kDifferences{
    Difference{"3.9", R"x(services.0.routes.0.paths=["~/a(?!b)"])x",
               "Kong blames the route and prints its router's expression; we name the path",
               "services[0].routes[0].paths[0]: Router Expression failed validation: regex parse "
               "error: look-around, including look-ahead and look-behind, is not supported"},
    Difference{"2.0", "upstreams.0.name=null", "Kong crashes (500); we say what is missing",
               "upstreams[0].name: required field missing"},
    Difference{"2.8", "upstreams.0.name=null", "Kong crashes (500); we say what is missing",
               "upstreams[0].name: required field missing"},
};

const Difference* difference_of(std::string_view level, std::string_view name) {
  const auto* const found = std::ranges::find_if(kDifferences, [&](const Difference& d) {
    return d.name == name && (d.level.empty() || d.level == level);
  });
  return found == kDifferences.end() ? nullptr : found;
}

// Consequences that Kong lists beside the mistake itself, and that we leave out for every case:
// children of a refused parent cannot refer to it, and a failed conditional is reported once, at
// its field (the deciding field is a related place).
bool is_consequence(std::string_view path, std::string_view message) {
  const bool of_parent = path.ends_with(".service.id") || path.ends_with(".consumer.id") ||
                         path.ends_with(".upstream.id");
  return of_parent || message.starts_with("failed conditional validation given value of field");
}

void flatten(const Json& node, const std::string& path, Findings& out) {
  if (node.is_string()) {
    const auto message = node.get<std::string>();
    if (!is_consequence(path, message)) out.insert(path + ": " + message);
  } else if (node.is_array()) {
    for (std::size_t i = 0; i < node.size(); ++i) {
      flatten(node[i], path + "[" + std::to_string(i) + "]", out);
    }
  } else if (node.is_object()) {
    for (const auto& [key, value] : node.items()) {
      if (key == "@entity") {
        for (const Json& text : value) flatten(text, path, out);
      } else {
        flatten(value, path.empty() ? key : path + "." + key, out);
      }
    }
  }
}

Findings our_errors(const testing::Outcome& outcome) {
  Findings out;
  for (const Diagnostic& d : outcome.diagnostics.all()) {
    if (d.severity == Severity::error) out.insert(d.path + ": " + d.message);
  }
  return out;
}

void check_case(const std::string& level, const Json& recorded) {
  const auto name = recorded["n"].get<std::string>();
  CAPTURE(level);
  CAPTURE(name);
  const auto outcome = testing::load_text(recorded["config"].dump(), level);
  const Findings ours = our_errors(outcome);
  std::string shown;
  for (const auto& text : ours) shown += text + "\n";
  CAPTURE(shown);
  CHECK(outcome.loaded.has_value() == recorded["ok"].get<bool>());
  if (const Difference* known = difference_of(level, name)) {
    CHECK(ours == Findings{std::string(known->ours)});
    return;
  }
  Findings theirs;
  if (recorded.contains("fields")) flatten(recorded["fields"], "", theirs);
  CHECK(ours == theirs);
  for (const Diagnostic& d : outcome.diagnostics.all()) CHECK(d.where.line > 0);
}

}  // namespace

TEST_CASE("every recorded config gets Kong's verdict, at Kong's fields, in Kong's words") {
  for (const std::string level : {"2.0", "2.8", "3.9"}) {
    std::ifstream file(std::string(GW_RECORDINGS) + "/configs-" + level + ".json");
    const Json recording = Json::parse(file);
    REQUIRE(recording["cases"].size() == 265);
    for (const Json& recorded : recording["cases"]) check_case(level, recorded);
  }
}
