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

constexpr std::string_view kYaml =
    "_format_version: \"3.0\"\nservices:\n- {name: s, host: a.test}\n";
constexpr std::string_view kAsJson =
    R"({"_format_version": "3.0", "services": [{"name": "s", "host": "a.test"}]})";

Json body_of(const Response& response) {
  return Json::parse(response.body);
}

Response post(FakeNode& node, std::string_view type, std::string_view body,
              std::string_view target = "/config") {
  return ask(node, {.method = "POST", .target = target, .type = type, .body = body});
}

}  // namespace

TEST_CASE("a config is taken in every form that Kong takes it in") {
  const std::string wrapped = Json{{"config", kYaml}}.dump();
  const std::string multipart =
      "--x\r\nContent-Disposition: form-data; name=\"config\"; filename=\"kong.yml\"\r\n"
      "Content-Type: application/octet-stream\r\n\r\n" +
      std::string(kYaml) + "\r\n--x--\r\n";
  struct Row {
    std::string_view type;
    std::string body;
  };
  const Row rows[]{
      {"application/json", std::string(kAsJson)},
      {"application/json", wrapped},
      {"application/x-www-form-urlencoded",
       "config=_format_version:+%223.0%22%0Aservices:%0A-+%7Bname:+s,+host:+a.test%7D%0A"},
      {"multipart/form-data; boundary=x", multipart},
      {"text/yaml", std::string(kYaml)},
      {"application/yaml; charset=utf-8", std::string(kYaml)},
  };
  for (const Row& row : rows) {
    CAPTURE(row.type);
    CAPTURE(row.body);
    FakeNode node("3.9", kShop);
    const Response response = post(node, row.type, row.body);
    CHECK(response.status == 201);
    const Json services = body_of(response).at("services");
    REQUIRE(services.size() == 1);
    CHECK(services.begin().value().at("name") == "s");
    CHECK(services.begin().value().at("path").is_null());
    CHECK(get(node, "/services/s").status == 200);
    CHECK(get(node, "/services/web").status == 404);
  }
}

TEST_CASE("the answer to a config leaves unset fields out at 2.x") {
  FakeNode node("2.8");
  const Response response =
      post(node, "text/yaml", with_format("2.8", "services:\n- {name: s, host: a.test}\n"));
  REQUIRE(response.status == 201);
  const Json service = body_of(response).at("services").begin().value();
  CHECK_FALSE(service.contains("path"));
  CHECK(service.at("port") == 80);
  CHECK(post(node, "text/yaml", with_format("2.8", "")).body == "{}");
  FakeNode old("2.0");
  CHECK(post(old, "text/yaml", with_format("2.0", "")).status == 415);
}

TEST_CASE("a config with mistakes changes nothing and tells them in Kong's form and in ours") {
  FakeNode node("3.9", kShop);
  const std::string hash = node.running->hash();
  const Response response = post(
      node, "text/yaml",
      "_format_version: \"3.0\"\nservices:\n- {name: a, host: a.test}\n- name: b\n  port: x\n");
  CHECK(response.status == 400);
  const Json body = body_of(response);
  CHECK(body.at("code") == 14);
  CHECK(body.at("name") == "invalid declarative configuration");
  CHECK(body.at("fields") == Json::parse(R"({"services": [null,
      {"port": "expected an integer", "host": "required field missing"}]})"));
  CHECK(body.at("message") ==
        "declarative config is invalid: {services={[2]={port=\"expected an integer\","
        "host=\"required field missing\"}}}");
  const Json port = body.at("diagnostics").at(0);
  CHECK(port.at("file") == "config");
  CHECK(port.at("line") == 5);
  CHECK(port.at("column") == 9);
  CHECK(port.at("path") == "services[1].port");
  CHECK(node.running->hash() == hash);
}

TEST_CASE("refusals of a config by its form") {
  struct Row {
    std::string_view why;
    std::string_view type;
    std::string body;
    int status;
    std::string_view part;
  };
  const Row rows[]{
      {"nothing", "application/json", "{}", 400, "expected a declarative configuration"},
      {"no body", "", "", 400, "expected a declarative configuration"},
      {"blank", "text/yaml", "  ", 400, "expected a declarative configuration"},
      {"not YAML", "text/yaml", "a: [", 400, "failed parsing declarative configuration: 1:"},
      {"a scalar", "text/yaml", "5", 400, "expected an object"},
      {"unknown key", "text/yaml", "_format_version: \"3.0\"\nbogus: []\n", 400,
       "{bogus=\\\"unknown field\\\"}"},
      {"broken JSON", "application/json", "{", 400, "Cannot parse JSON body"},
      {"plain text", "text/plain", std::string(kYaml), 415, "Unsupported"},
  };
  FakeNode node("3.9", kShop);
  const std::string hash = node.running->hash();
  for (const Row& row : rows) {
    CAPTURE(row.why);
    const Response response = post(node, row.type, row.body);
    CHECK(response.status == row.status);
    CHECK(response.body.find(row.part) != std::string::npos);
  }
  CHECK(node.running->hash() == hash);
}

TEST_CASE("what cannot be compiled is refused and changes nothing") {
  FakeNode node("3.9", kShop);
  const std::string hash = node.running->hash();
  node.publish_failure = "route r: too many";
  const Response response = post(node, "text/yaml", kYaml);
  CHECK(response.status == 400);
  CHECK(response.body.find("route r: too many") != std::string::npos);
  CHECK(node.running->hash() == hash);
}

TEST_CASE("what GET gives loads again as the same config") {
  for (std::string_view level : {"2.0", "2.8", "3.9"}) {
    CAPTURE(level);
    FakeNode node(level, kShop);
    node.node_info.shows_secrets = true;
    const std::string first = body_of(get(node, "/config")).at("config");
    const Response posted = post(node, "application/json", Json{{"config", first}}.dump());
    CHECK_MESSAGE(posted.status == 201, posted.body);
    CHECK(body_of(get(node, "/config")).at("config") == first);
  }
}

TEST_CASE("a masked config that is sent back is refused, not believed") {
  FakeNode node("3.9", kShop);
  const std::string masked = body_of(get(node, "/config")).at("config");
  const Response response = post(node, "application/json", Json{{"config", masked}}.dump());
  CHECK(response.status == 400);
  CHECK(response.body.find("a masked value, not the secret itself") != std::string::npos);
}

TEST_CASE("an unchanged config is not loaded again when check_hash says so") {
  FakeNode node("3.9", kShop);
  REQUIRE(post(node, "text/yaml", kYaml).status == 201);
  CHECK(post(node, "text/yaml", kYaml, "/config?check_hash=1").status == 304);
  CHECK(post(node, "text/yaml", kYaml).status == 201);
  CHECK(post(node, "application/json", kAsJson, "/config?check_hash=1").status == 304);
}

TEST_CASE("entity tags let two writers notice each other") {
  FakeNode node("3.9", kShop);
  const std::string etag = field(get(node, "/config"), "ETag");
  CHECK(etag == "\"" + node.running->hash() + "\"");
  CHECK(ask(node, {.target = "/config", .fields = {{"If-None-Match", etag}}}).status == 304);
  CHECK(ask(node, {.target = "/config", .fields = {{"If-None-Match", "\"x\""}}}).status == 200);
  const auto guarded = [&](const std::string& tag) {
    return ask(node, {.method = "POST",
                      .target = "/config",
                      .type = "text/yaml",
                      .body = kYaml,
                      .fields = {{"If-Match", tag}}});
  };
  CHECK(guarded("\"other\"").status == 412);
  const Response done = guarded("\"other\", " + etag);
  CHECK(done.status == 201);
  CHECK(field(done, "ETag") == field(get(node, "/config"), "ETag"));
  CHECK(guarded(etag).status == 412);
}

TEST_CASE("a loaded config leaves an audit line with both hashes") {
  FakeNode node("3.9", kShop);
  const std::string before = node.running->hash();
  (void)post(node, "text/yaml", kYaml);
  REQUIRE(node.audited.size() == 1);
  CHECK(node.audited.front() ==
        "admin write peer=127.0.0.1 method=POST endpoint=/config status=201"
        " config=" +
            node.running->hash() + " was=" + before);
}
