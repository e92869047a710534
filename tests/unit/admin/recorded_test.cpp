// POST /config against what running Kong nodes (2.0.5, 2.8.3, 3.9.1) answered to the same configs:
// the status, and the shape of `fields`.
#include <fstream>
#include <string>
#include <string_view>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "fake_node.h"

using namespace gw;
using namespace gw::admin;
using namespace gw::admin::testing;
using Json = nlohmann::json;

namespace {

// Kong reports a failed conditional at the entity, too, and that children of a refused parent
// cannot refer to it; we report each mistake once (config's recorded test says the same).
bool is_consequence(const std::string& key, const Json& value) {
  const bool of_parent = key == "service" || key == "consumer" || key == "upstream";
  if (of_parent && value.is_object() && value.contains("id")) return true;
  return value.is_string() &&
         value.get<std::string>().starts_with("failed conditional validation given value of field");
}

// `fields` without consequences, and without what is empty then; lists keep their places.
Json without_consequences(const Json& node) {
  Json out = node;
  if (node.is_object()) {
    out = Json::object();
    for (const auto& [key, value] : node.items()) {
      if (is_consequence(key, value)) continue;
      Json kept = without_consequences(value);
      if (!kept.empty()) out[key] = std::move(kept);
    }
  } else if (node.is_array()) {
    out = Json::array();
    for (const Json& item : node) {
      Json kept = is_consequence("", item) ? Json{} : without_consequences(item);
      out.push_back(kept.empty() ? Json{} : std::move(kept));
    }
    while (!out.empty() && out.back().is_null()) out.erase(out.size() - 1);
  }
  return out;
}

// Cases that config's recorded test lists as deliberate differences.
bool is_different(const std::string& name) {
  return name.find("(?!") != std::string::npos || name == "upstreams.0.name=null";
}

}  // namespace

TEST_CASE("recorded configs are taken or refused as Kong did, each mistake at Kong's place") {
  for (const std::string level : {"2.0", "2.8", "3.9"}) {
    std::ifstream file(std::string(GW_RECORDINGS) + "/configs-" + level + ".json");
    REQUIRE(file);
    const Json recording = Json::parse(file);
    int compared = 0;
    for (const Json& recorded : recording.at("cases")) {
      const auto name = recorded.at("n").get<std::string>();
      CAPTURE(level);
      CAPTURE(name);
      if (is_different(name)) continue;
      FakeNode node(level);
      const Response response = ask(node, {.method = "POST",
                                           .target = "/config",
                                           .type = "application/json",
                                           .body = recorded.at("config").dump()});
      CHECK(response.status == (recorded.at("ok").get<bool>() ? 201 : 400));
      if (!recorded.contains("fields") || response.status != 400) continue;
      CHECK(Json::parse(response.body).at("fields") == without_consequences(recorded.at("fields")));
      ++compared;
    }
    CHECK(compared > 50);
  }
}
