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

constexpr std::string_view kJson = "application/json";
constexpr std::string_view kForm = "application/x-www-form-urlencoded";
constexpr std::string_view kNoDb = " when not using a database";

}  // namespace

TEST_CASE("writes are refused with 405 once everything else about them is right") {
  struct Row {
    std::string_view method;
    std::string_view target;
    std::string_view body;
    std::string_view operation;
  };
  constexpr Row kRows[]{
      {"POST", "/services", R"({"host": "a.test"})", "cannot create 'services' entities"},
      {"POST", "/services", R"({"url": "http://a.test"})", "cannot create 'services' entities"},
      {"POST", "/consumers/bob/key-auth", "{}", "cannot create 'keyauth_credentials' entities"},
      {"POST", "/services/web/routes", R"({"paths": ["/x"]})", "cannot create 'routes' entities"},
      {"POST", "/routes", R"({"paths": ["/x"], "service": {"name": "web"}})",
       "cannot create 'routes' entities"},
      {"POST", "/services/web/plugins", R"({"name": "rate-limiting", "config": {"hour": 1}})",
       "cannot create 'plugins' entities"},
      {"POST", "/upstreams/up.test/targets", R"({"target": "192.0.2.9"})",
       "cannot create 'targets' entities"},
      {"PUT", "/services/new", R"({"host": "a.test"})",
       "cannot create or update 'services' entities by 'name'"},
      {"PUT", "/services/268670a9-7534-5600-96d9-9f0f0aee2eb7", R"({"host": "a.test"})",
       "cannot create or update 'services' entities"},
      {"PUT", "/consumers/hank", "", "cannot create or update 'consumers' entities by 'username'"},
      {"PATCH", "/services/web", R"({"port": 81})", "cannot update 'services' entities by 'name'"},
      {"PATCH", "/services/web", "", "cannot update 'services' entities by 'name'"},
      {"PATCH", "/routes/r2", R"({"service": {"name": "web"}})",
       "cannot update 'routes' entities by 'name'"},
      {"PATCH", "/services/web/routes/r1", "{}", "cannot update 'routes' entities"},
      {"PATCH", "/routes/r1/service", "{}", "cannot update 'services' entities"},
      {"PUT", "/routes/r1/service", R"({"host": "b.test"})",
       "cannot create or update 'services' entities"},
      {"DELETE", "/services/web", "", "cannot remove 'services' entities by 'name'"},
      {"DELETE", "/services/web/routes/r1", "", "cannot remove 'routes' entities"},
  };
  for (std::string_view level : {"2.0", "2.8", "3.9"}) {
    FakeNode node(level, kShop);
    const std::string hash = node.running->hash();
    for (const Row& row : kRows) {
      CAPTURE(level);
      CAPTURE(row.method);
      CAPTURE(row.target);
      CAPTURE(row.body);
      const std::string_view type = row.body.empty() ? "" : kJson;
      const Response response =
          ask(node, {.method = row.method, .target = row.target, .type = type, .body = row.body});
      CHECK(response.status == 405);
      CHECK(response.body == R"({"code":12,"name":"operation unsupported","message":")" +
                                 std::string(row.operation) + std::string(kNoDb) + "\"}");
    }
    CHECK(node.running->hash() == hash);
  }
}

TEST_CASE("what is wrong with a write is told before that it cannot be done") {
  struct Row {
    std::string_view method;
    std::string_view target;
    std::string_view body;
    int status;
    std::string_view message;
  };
  constexpr Row kRows[]{
      {"POST", "/services", "{", 400, "Cannot parse JSON body"},
      {"POST", "/services", "", 400, "Cannot parse JSON body"},
      {"POST", "/services", "[1]", 400, "Cannot parse JSON body"},
      {"POST", "/services", "{}", 400, "schema violation (host: required field missing)"},
      {"POST", "/services", R"({"host": "a b", "port": "80", "x": 1})", 400,
       "3 schema violations (host: invalid value: a b; port: expected an integer; "
       "x: unknown field)"},
      {"POST", "/services", R"({"host": "a.test", "routes": []})", 400,
       "schema violation (routes: unknown field)"},
      {"POST", "/routes", R"({"methods": ["GET", "get"]})", 400,
       "schema violation (methods.2: invalid value: get)"},
      {"POST", "/routes", R"({"paths": ["/x"], "service": "web"})", 400,
       "schema violation (service.id: missing primary key)"},
      {"POST", "/routes", R"({"paths": ["/x"], "service": {"name": "x"}})", 400,
       "foreign key unresolved (service.name: the foreign key cannot be resolved with "
       "'{name=\"x\"}' for an existing 'services' entity)"},
      {"POST", "/services/none/routes", "{}", 404, "Not found"},
      {"POST", "/services/none/routes", "{", 400, "Cannot parse JSON body"},
      {"POST", "/plugins", R"({"name": "nonsense"})", 400,
       "schema violation (name: plugin 'nonsense' not enabled; add it to the 'plugins' "
       "configuration property)"},
      {"PATCH", "/services/none", "{}", 404, "could not find the entity with '{name=\"none\"}'"},
      {"PATCH", "/services/web", R"({"port": -1})", 400,
       "schema violation (port: value should be between 0 and 65535)"},
      {"PATCH", "/services/web/routes/r2", "{}", 404, "Not found"},
      {"PUT", "/services/none", "{}", 400, "schema violation (host: required field missing)"},
      {"DELETE", "/services/web/routes/r2", "", 404, "Not found"},
      {"DELETE", "/routes/r1/service", "", 405, "Method not allowed"},
      {"POST", "/services/web", "{}", 405, "Method not allowed"},
      {"FOO", "/services", "", 405, "Method not allowed"},
      {"POST", "/schemas/routes/validate", R"({"paths": ["/x"]})", 200,
       "schema validation successful"},
      {"POST", "/schemas/plugins/validate", R"({"name": "key-auth", "config": {"x": 1}})", 400,
       "schema violation (config.x: unknown field)"},
      {"POST", "/schemas/x/validate", "{}", 404, "No entity named 'x'"},
  };
  for (std::string_view level : {"2.8", "3.9"}) {
    FakeNode node(level, kShop);
    for (const Row& row : kRows) {
      CAPTURE(level);
      CAPTURE(row.method);
      CAPTURE(row.target);
      CAPTURE(row.body);
      const Response response =
          ask(node, {.method = row.method, .target = row.target, .type = kJson, .body = row.body});
      CHECK(response.status == row.status);
      CHECK(Json::parse(response.body).at("message") == row.message);
    }
  }
}

TEST_CASE("mistakes stand where the field stands, those of the whole entity apart") {
  FakeNode node("3.9", kShop);
  struct Row {
    std::string_view target;
    std::string_view body;
    std::string_view fields;
  };
  constexpr Row kRows[]{
      {"/routes", R"({"methods": ["GET", "get"]})", R"({"methods": [null, "invalid value: get"]})"},
      {"/services", "{}", R"({"host": "required field missing"})"},
      {"/plugins", R"({"name": "rate-limiting"})",
       R"({"@entity": ["at least one of these fields must be non-empty: 'config.second', )"
       R"('config.minute', 'config.hour', 'config.day', 'config.month', 'config.year'"]})"},
      {"/plugins", R"({"name": "rate-limiting", "config": {"minute": 0}})",
       R"({"config": {"minute": "value must be greater than 0"}})"},
  };
  for (const Row& row : kRows) {
    CAPTURE(row.body);
    const Response response =
        ask(node, {.method = "POST", .target = row.target, .type = kJson, .body = row.body});
    CHECK(response.status == 400);
    CHECK(Json::parse(response.body).at("fields") == Json::parse(row.fields));
  }
  const Response deep = ask(node, {.method = "POST",
                                   .target = "/plugins",
                                   .type = kJson,
                                   .body = R"({"name": "consumer-rate-limiting",
                                               "config": {"service": [{"minute": 1}]}})"});
  CHECK(Json::parse(deep.body).at("message").get<std::string>().find(
            "config.service: {\n  {\n    name = \"required field missing\"\n  }\n}") !=
        std::string::npos);
}

TEST_CASE("deleting what is not there is done already") {
  for (std::string_view level : {"2.0", "2.8", "3.9"}) {
    CAPTURE(level);
    FakeNode node(level, kShop);
    const Response response = ask(node, {.method = "DELETE", .target = "/services/none"});
    CHECK(response.status == 204);
    CHECK(response.body.empty());
    CHECK_FALSE(response.length);
    CHECK(field(response, "Content-Type").empty());
  }
}

TEST_CASE("forms become what the schema says their texts are") {
  struct Row {
    std::string_view target;
    std::string_view body;
    std::string_view message;
  };
  constexpr Row kRows[]{
      {"/services", "host=a.test&port=81&tags=x", "cannot create"},
      {"/services", "url=http%3A%2F%2Fa.test%2Fx", "cannot create"},
      {"/services", "host=a.test&port=x", "port: expected an integer"},
      {"/services", "host=a.test&port=", "port: required field missing"},
      {"/services", "host=", "host: required field missing"},
      {"/services", "host=a&host=b", "host: expected a string"},
      {"/services", "host", "host: expected a string"},
      {"/services/web/routes", "paths[]=/a&paths[]=/b&strip_path=false", "cannot create"},
      {"/services/web/routes", "paths[1]=/a&paths[2]=/b", "cannot create"},
      {"/services/web/routes", "paths%5B%5D=/a&headers.x-v=1", "cannot create"},
      {"/services/web/routes", "paths[2]=/a", "paths: expected an array"},
      {"/services/web/plugins", "name=rate-limiting&config.minute=5", "cannot create"},
      {"/services/web/plugins", "name=key-auth&config.key_names=apikey", "cannot create"},
      {"/services/web/plugins", "name=key-auth&config.hide_credentials=yes", "expected a boolean"},
      {"/services/web/plugins",
       "name=consumer-rate-limiting&config.service[1].name=web&config.service[1].minute=1",
       "cannot create"},
      {"/routes", "paths=/x&service.name=web", "cannot create"},
  };
  FakeNode node("3.9", kShop);
  for (const Row& row : kRows) {
    CAPTURE(row.body);
    const Response response =
        ask(node, {.method = "POST", .target = row.target, .type = kForm, .body = row.body});
    CHECK(Json::parse(response.body).at("message").get<std::string>().find(row.message) !=
          std::string::npos);
  }
}

TEST_CASE("a type that is not accepted is answered with nginx's page") {
  struct Row {
    std::string_view type;
    std::string_view body;
    int status;
  };
  constexpr Row kRows[]{{"text/plain", "x", 415},
                        {"text/plain", "", 415},
                        {"", "{}", 415},
                        {"Application/JSON", "{}", 415},
                        {"application/yaml", "{}", 415},
                        {"application/jsonx", "{}", 400},
                        {"", "", 400}};
  FakeNode node("3.9", kShop);
  for (const Row& row : kRows) {
    CAPTURE(row.type);
    CAPTURE(row.body);
    const Response response =
        ask(node, {.method = "POST", .target = "/services", .type = row.type, .body = row.body});
    CHECK(response.status == row.status);
    if (row.status != 415) continue;
    CHECK(response.body.size() == 144);
    CHECK(field(response, "Content-Type") == "text/html; charset=UTF-8");
  }
}

TEST_CASE("more form arguments than anyone needs are refused, or cut at old levels") {
  std::string body = "host=a.test";
  for (int i = 0; i < 1000; ++i) body += "&tags[]=t" + std::to_string(i);
  FakeNode node("3.9", kShop);
  const Ask post{.method = "POST", .target = "/services", .type = kForm, .body = body};
  CHECK(ask(node, post).body == R"({"message":"Too many arguments"})");
  FakeNode old("2.0", kShop);
  CHECK(ask(old, post).status == 405);
}

TEST_CASE("a target can be marked by hand, with the level's own verb") {
  FakeNode node("3.9", kShop);
  const std::string healthy = "/upstreams/up.test/targets/192.0.2.1:8080/healthy";
  const std::string unhealthy = "/upstreams/up.test/targets/192.0.2.1:8080/unhealthy";
  CHECK(ask(node, {.method = "PUT", .target = unhealthy}).status == 204);
  CHECK(get(node, "/upstreams/up.test/health").body.find(R"("health":"UNHEALTHY")") !=
        std::string::npos);
  CHECK(ask(node, {.method = "PUT", .target = healthy}).status == 204);
  CHECK(get(node, "/upstreams/up.test/health").body.find(R"("health":"HEALTHY")") !=
        std::string::npos);
  CHECK(ask(node, {.method = "POST", .target = healthy}).status == 405);
  node.has_checks = false;
  CHECK(ask(node, {.method = "PUT", .target = healthy}).body ==
        R"({"message":"no healthchecker found for up.test"})");
  FakeNode old("2.0", kShop);
  old.has_checks = false;
  CHECK(ask(old, {.method = "POST", .target = healthy}).status == 204);
}

TEST_CASE("every write leaves a line that says who did what, without names or secrets") {
  FakeNode node("3.9", kShop);
  (void)ask(node, {.method = "DELETE", .target = "/key-auths/bobs-canary-key?x=canary"});
  (void)get(node, "/services");
  REQUIRE(node.audited.size() == 1);
  const std::string& hash = node.running->hash();
  CHECK(node.audited.front() ==
        "admin write peer=127.0.0.1 method=DELETE endpoint=/key-auths/{keyauth_credentials} "
        "status=405 config=" +
            hash + " was=" + hash);
}

TEST_CASE("a log gets the path, but not where it may hold an API key") {
  struct Row {
    std::string_view target;
    std::string_view logged;
  };
  FakeNode node("3.9", kShop);
  for (const Row& row :
       {Row{"/services/web?x=1", "/services/web"}, Row{"/", "/"},
        Row{"/key-auths/canary", "/key-auths/{keyauth_credentials}"},
        Row{"/key-auths/canary/consumer", "/key-auths/{keyauth_credentials}/consumer"},
        Row{"/consumers/bob/key-auth/canary",
            "/consumers/{consumers}/key-auth/{keyauth_credentials}"},
        Row{"/key-auht/canary", "-"}}) {
    CAPTURE(row.target);
    CHECK(get(node, row.target).loggable_path == row.logged);
  }
}
