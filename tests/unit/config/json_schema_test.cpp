#include "config/json_schema.h"

#include <string>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

using namespace gw::config;
using Json = nlohmann::json;

namespace {
Json schema(std::string_view name, gw::model::Level level = {3, 9}) {
  return Json::parse(json_schema(name, level));
}
}  // namespace

TEST_CASE("the JSON Schema of a service says what the validator checks") {
  const Json service = schema("services");
  CHECK(service["$schema"] == "https://json-schema.org/draft/2020-12/schema");
  CHECK(service["properties"]["port"]["maximum"] == 65535);
  CHECK(service["properties"]["port"]["default"] == 80);
  CHECK(service["properties"]["protocol"]["enum"].size() == 8);
  CHECK(service["properties"]["retries"]["type"] == Json({"integer", "null"}));
  CHECK(service["additionalProperties"] == false);
  CHECK(service["properties"]["routes"]["items"]["$ref"] == "#/$defs/routes");
  CHECK(schema("service") == service);
}

TEST_CASE("a schema follows the level") {
  CHECK_FALSE(schema("service", {2, 0})["properties"].contains("tls_verify"));
  CHECK(schema("rate-limiting", {3, 9})["properties"].contains("redis"));
  CHECK_FALSE(schema("rate-limiting", {3, 5})["properties"].contains("redis"));
  CHECK(schema("rate-limiting", {3, 9})["properties"]["redis_host"]["deprecated"] == true);
  CHECK(json_schema("vaults", {2, 8}).empty());
}

TEST_CASE("every name has a schema that is JSON, and the file's refers only to what it defines") {
  for (const gw::model::Level level : {gw::model::Level{2, 0}, gw::model::Level{3, 9}}) {
    for (const auto name : json_schema_names(level)) {
      CAPTURE(name);
      CHECK(Json::accept(json_schema(name, level)));
    }
    const Json file = schema("", level);
    for (const auto& [key, value] : file["properties"].items()) {
      if (!value.contains("items") || !value["items"].contains("$ref")) continue;
      CAPTURE(key);
      CHECK(file["$defs"].contains(key));
    }
  }
  CHECK(json_schema("no-such-thing", {3, 9}).empty());
}
