#include "config/schema.h"

#include <set>
#include <string>
#include <vector>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "model/level.h"

using namespace gw::config;
using gw::model::Level;

namespace {

std::vector<Level> all_levels() {
  std::vector<Level> levels;
  for (int minor = 0; minor <= 8; ++minor) levels.push_back({2, minor});
  for (int minor = 0; minor <= 9; ++minor) levels.push_back({3, minor});
  return levels;
}

void check_fields(Fields fields, const std::string& owner) {
  for (const Level& level : all_levels()) {
    std::set<std::string_view> seen;
    for (const FieldSpec& field : fields) {
      if (!field.at(level)) continue;
      CAPTURE(owner);
      CAPTURE(field.name);
      CAPTURE(level.str());
      CHECK(seen.insert(field.name).second);
    }
  }
  for (const FieldSpec& field : fields) {
    CAPTURE(owner);
    CAPTURE(field.name);
    CHECK_FALSE(field.help.empty());
    CHECK(field.since <= field.until);
    CHECK((field.fallback.empty() || nlohmann::json::accept(field.fallback)));
    if (field.type == Type::foreign) CHECK(find_entity(field.foreign) != nullptr);
    if (field.type == Type::record)
      check_fields(field.fields, owner + "." + std::string(field.name));
  }
}

}  // namespace

TEST_CASE("at no level has a record two rows for one field, and every row is complete") {
  for (const EntitySpec& spec : entities()) check_fields(spec.fields, std::string(spec.collection));
  for (const PluginSpec& spec : plugins()) check_fields(spec.config, std::string(spec.name));
  check_fields(file_fields(), "file");
}

TEST_CASE("every entity and plugin stands in the schema once") {
  std::set<std::string_view> names;
  for (const EntitySpec& spec : entities()) CHECK(names.insert(spec.collection).second);
  for (const PluginSpec& spec : plugins()) {
    CAPTURE(spec.name);
    CHECK(names.insert(spec.name).second);
    CHECK(find_plugin(spec.name) == &spec);
  }
}

TEST_CASE("an entity with an endpoint key has that field, unless only its name is known") {
  for (const EntitySpec& spec : entities()) {
    if (spec.endpoint_key.empty() || spec.support == Support::known) continue;
    CAPTURE(spec.collection);
    CHECK(find_field(spec.fields, spec.endpoint_key, gw::model::kNewestLevel) != nullptr);
  }
}

TEST_CASE("children nest in whatever they refer to") {
  const auto nests = [](std::string_view child, std::string_view parent) {
    return parent_field(*find_entity(child), *find_entity(parent), {3, 9}) != nullptr;
  };
  CHECK(nests("routes", "services"));
  CHECK(nests("plugins", "routes"));
  CHECK(nests("keyauth_credentials", "consumers"));
  CHECK(nests("targets", "upstreams"));
  CHECK(nests("snis", "certificates"));
  CHECK_FALSE(nests("services", "routes"));
  CHECK_FALSE(nests("targets", "services"));
}
