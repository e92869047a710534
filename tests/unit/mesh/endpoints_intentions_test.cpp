#include <string>

#include <doctest/doctest.h>

#include "base/text.h"
#include "call_bench.h"
#include "mesh/reply_json.h"

namespace gw::mesh {
namespace {

const std::string kList = "/v1/connect/intentions";
const std::string kNobody = "00000000-0000-0000-0000-000000000000";

struct World : testing::CallBench {
  explicit World(AgentSettings settings = {}) : CallBench(std::move(settings)) {
    add_intention_endpoints(endpoints, *state);
    add_exact_endpoints(endpoints, *state);
    add_authorize_endpoint(endpoints, *state);
  }
  std::string create(const std::string& body, std::string_view token = {}) {
    return ask("POST", kList, body, token);
  }
  std::string create(const std::string& source, const std::string& destination,
                     const std::string& action, std::string_view token = {}) {
    const std::string answer = create(
        Json{{"SourceName", source}, {"DestinationName", destination}, {"Action", action}}.dump(),
        token);
    return answer.starts_with("200 ") ? std::string(Json::parse(answer.substr(4)).at("ID"))
                                      : answer;
  }
  std::string authorize(const std::string& target, const std::string& peer,
                        std::string_view token = {}) {
    const Json body{{"Target", target},
                    {"ClientCertURI", "spiffe://x.consul/ns/default/dc/dc1/svc/" + peer}};
    return ask("POST", "/v1/agent/connect/authorize", body.dump(), token);
  }
};

std::string errors(std::initializer_list<const char*> all) {
  std::string text = "500 " + std::to_string(all.size()) +
                     (all.size() == 1 ? " error occurred:\n" : " errors occurred:\n");
  for (const char* error : all) text.append("\t* ").append(error).append("\n");
  return text + "\n";
}

// What was seen on Consul 1.8.7 with policies of the same rules.
AgentSettings with_acl() {
  const auto rule = [](Resource resource, const char* name, Access access, bool is_prefix,
                       std::optional<Access> intentions = std::nullopt) {
    return AclRule{resource, name, is_prefix, access, intentions};
  };
  AgentSettings settings;
  settings.acl = {.enabled = true, .allow_by_default = false};
  auto& tokens = settings.acl.tokens;
  tokens.push_back({Secret("root"), "0", true, {}});
  tokens.push_back(
      {Secret("s1"), "1", false, {rule(Resource::service, "web", Access::write, false)}});
  tokens.push_back({Secret("s2"),
                    "2",
                    false,
                    {rule(Resource::service, "web", Access::write, false, Access::write)}});
  tokens.push_back({Secret("s3"), "3", false, {rule(Resource::service, "", Access::read, true)}});
  tokens.push_back({Secret("s4"),
                    "4",
                    false,
                    {rule(Resource::service, "db", Access::read, false, Access::deny),
                     rule(Resource::service, "", Access::write, true, Access::write)}});
  return settings;
}

}  // namespace

TEST_CASE("intentions are made, shown, changed and removed by id") {
  World world;
  CHECK(world.get(kList) == "200 []\n");
  const std::string id = world.create("kong", "web", "deny");
  REQUIRE(id.size() == 36);
  const Json shown = Json::parse(world.get(kList + "/" + id).substr(4));
  std::string keys;
  for (const auto& [key, value] : shown.items()) keys += key + " ";
  CHECK(keys ==
        "ID Description SourceNS SourceName DestinationNS DestinationName SourceType Action "
        "DefaultAddr DefaultPort Meta Precedence CreatedAt UpdatedAt Hash CreateIndex "
        "ModifyIndex ");
  CHECK(shown["SourceNS"] == "default");
  CHECK(shown["Precedence"] == 9);
  CHECK(shown["CreateIndex"] == 11);
  CHECK(shown["CreatedAt"] == "2020-09-13T12:26:40Z");
  CHECK(world.reply("GET", kList).index == 11);
  CHECK_FALSE(world.reply("GET", kList + "/" + id).index);

  CHECK(world.ask("PUT", kList + "/" + id,
                  R"({"ID":"x","SourceName":"kong","DestinationName":"api","Action":"allow"})") ==
        "200 {\n    \"ID\": \"" + id + "\"\n}\n");
  CHECK(world.get(kList + "/" + upper(id)).find("\"DestinationName\": \"api\"") !=
        std::string::npos);
  CHECK(world.ask("DELETE", kList + "/" + id) == "200 true\n");
  CHECK(world.ask("DELETE", kList + "/" + id) ==
        "500 Cannot delete non-existent intention: '" + id + "'");
}

TEST_CASE("what is no intention is refused with Consul's words") {
  World world;
  const std::string prefix = "500 Failed to decode request body: ";
  CHECK(world.create("") == prefix + "EOF");
  CHECK(world.create("{") == prefix + "unexpected EOF");
  CHECK(world.create("[]") ==
        prefix +
            "json: cannot unmarshal array into Go value of type struct { Hash string; "
            "CreatedAt string; UpdatedAt string; *structs.Alias }");
  CHECK(world.create(R"({"Foo":1})") == prefix + "json: unknown field \"Foo\"");
  CHECK(world.create(R"({"SourceName":5})") ==
        prefix + "json: cannot unmarshal number into Go struct field .SourceName of type string");
  CHECK(world.create(R"({"Meta":{"a":1}})") ==
        prefix + "json: cannot unmarshal number into Go struct field .Meta of type string");
  CHECK(world.create(R"({"Meta":[]})") ==
        prefix +
            "json: cannot unmarshal array into Go struct field .Meta of type "
            "map[string]string");
  CHECK(world.create(R"({"DefaultPort":5.5})") ==
        prefix + "json: cannot unmarshal number 5.5 into Go struct field .DefaultPort of type int");
  CHECK(world.create(R"({"Permissions":[]})") == prefix + "json: unknown field \"Permissions\"");
  const char* const kAction = "Action must be set to 'allow' or 'deny'";
  CHECK(world.create("{}") ==
        errors({"SourceName must be set", "DestinationName must be set", kAction}));
  CHECK(world.create("null").starts_with("500 3 errors"));
  CHECK(world.create(R"({"sourcename":"a","DESTINATIONNAME":"b"})") == errors({kAction}));
  CHECK(world.create(R"({"SourceName":"*b","DestinationName":"b*","Action":"x"})") ==
        errors({"SourceName: wildcard character '*' cannot be used with partial values",
                "DestinationName: wildcard character '*' cannot be used with partial values",
                kAction}));
  CHECK(world.create(
            R"({"SourceName":"x","DestinationName":"y","Action":"deny","SourceType":"foo"})") ==
        errors({"SourceType must be set to 'consul'"}));
  CHECK(world.create(R"({"ID":"x","SourceName":"x","DestinationName":"y","Action":"deny"})") ==
        "500 ID must be empty when creating a new intention");
  Json meta = Json::object();
  for (int i = 0; i < 65; ++i) meta["k" + std::to_string(i)] = "v";
  CHECK(world.create(
            Json{{"SourceName", "x"}, {"DestinationName", "y"}, {"Action", "deny"}, {"Meta", meta}}
                .dump()) == errors({"Meta exceeds maximum element count 64"}));
  CHECK(world.create(Json{{"SourceName", "x"},
                          {"DestinationName", "y"},
                          {"Action", "deny"},
                          {"Description", std::string(513, 'd')},
                          {"Meta", {{"a", std::string(513, 'v')}}}}
                         .dump()) ==
        errors({"Description exceeds maximum length 512",
                "Meta value for key \"a\" exceeds maximum length 512"}));
  CHECK(world.get(kList) == "200 []\n");
}

TEST_CASE("what an intention may hold is bounded") {
  World world;
  const std::string name(513, 'n');
  CHECK(world.create(R"({"SourceName":")" + name + R"(","DestinationName":"web","Action":"deny"})")
            .find("SourceName exceeds maximum length 512") != std::string::npos);
  const std::string path(70'000, 'p');
  CHECK(world
            .ask("PUT", "/v1/connect/intentions/exact?source=kong&destination=web",
                 R"({"Permissions":[{"Action":"deny","HTTP":{"PathExact":")" + path + R"("}}]})")
            .find("Permissions exceed maximum length 65536") != std::string::npos);
}

TEST_CASE("the whole object that Consul's command line sends is taken") {
  World world;
  CHECK(world
            .create(R"({"ID":"","Description":"","SourceNS":"","SourceName":"cli",)"
                    R"("DestinationNS":"","DestinationName":"web","SourceType":"consul",)"
                    R"("Action":"deny","DefaultAddr":"","DefaultPort":0,"Meta":null,)"
                    R"("Precedence":0,"CreatedAt":"0001-01-01T00:00:00Z",)"
                    R"("UpdatedAt":"0001-01-01T00:00:00Z","Hash":null,"CreateIndex":0,)"
                    R"("ModifyIndex":0} trailing)")
            .starts_with("200 {"));
}

TEST_CASE("ids that are none, or nobody's") {
  World world;
  const std::string fault = "failed intention lookup: index error: UUID must be 36 characters";
  CHECK(world.get(kList + "/x") == "400 Bad request: " + fault);
  CHECK(world.get(kList + "/") == "400 Bad request: " + fault);
  CHECK(world.get(kList + "/zzzzzzzz-0000-0000-0000-000000000000") ==
        "400 Bad request: failed intention lookup: index error: Invalid UUID: encoding/hex: "
        "invalid byte: U+007A 'z'");
  CHECK(world.get(kList + "/" + kNobody) == "404 Intention not found");
  const std::string body = R"({"SourceName":"a","DestinationName":"b","Action":"deny"})";
  CHECK(world.ask("PUT", kList + "/x", body) == "500 Intention lookup failed: " + fault);
  CHECK(world.ask("PUT", kList + "/x", "") == "400 Bad request: Request decode failed: EOF");
  CHECK(world.ask("PUT", kList + "/" + kNobody, body) ==
        "500 Cannot modify non-existent intention: '" + kNobody + "'");
  CHECK(world.ask("DELETE", kList + "/x") == "500 Intention lookup failed: " + fault);
  CHECK(world.ask("DELETE", kList + "/" + kNobody) ==
        "500 Cannot delete non-existent intention: '" + kNobody + "'");
}

TEST_CASE("the list is in order and filtered") {
  World world;
  world.create("*", "*", "deny");
  world.create("*", "web", "allow");
  world.create("kong", "web", "deny");
  const auto names = [&](const std::string& filter) {
    const std::string answer = world.get(kList + "?filter=" + filter);
    if (!answer.starts_with("200 ")) return answer;
    std::string all;
    for (const Json& each : Json::parse(answer.substr(4))) {
      all += std::string(each["SourceName"]) + ">" + std::string(each["DestinationName"]) + " ";
    }
    return all;
  };
  CHECK(names("") == "kong>web *>web *>* ");
  CHECK(names("SourceName==kong") == "kong>web ");
  CHECK(names("Precedence%20!=%208") == "kong>web *>* ");
  CHECK(names("Foo==x") ==
        "500 Failed to create boolean expression evaluator: Selector \"Foo\" "
        "is not valid");
}

TEST_CASE("match shows what is evaluated, in order, by the given name") {
  World world;
  world.create("*", "*", "deny");
  world.create("kong", "web", "deny");
  const std::string match = kList + "/match";
  CHECK(world.get(match) == "500 required query parameter 'by' not set");
  CHECK(world.get(match + "?by=x") ==
        "500 'by' parameter must be one of 'source' or 'destination'");
  CHECK(world.get(match + "?by=source") == "500 required query parameter 'name' not set");
  CHECK(world.get(match + "?by=source&name=a/b/c") ==
        "500 name \"a/b/c\" is invalid: input can contain at most one '/'");
  const Json found = Json::parse(
      world.get(match + "?by=destination&name=web&name=default/web&name=foo/web").substr(4));
  CHECK(found.begin().key() == "default/web");
  CHECK(found["web"].size() == 2);
  CHECK(found["web"] == found["default/web"]);
  CHECK(found["web"][0]["SourceName"] == "kong");
  CHECK(found["foo/web"].is_null());
  CHECK_FALSE(world.reply("GET", match + "?by=source&name=a").index);
}

TEST_CASE("check tells what would be done") {
  World world;
  world.create("kong", "web", "deny");
  const std::string check = kList + "/check";
  CHECK(world.get(check) == "500 required query parameter 'source' not set");
  CHECK(world.get(check + "?source=a") == "500 required query parameter 'destination' not set");
  CHECK(world.get(check + "?source=a&destination=b&source-type=foo") ==
        "500 unsupported SourceType: \"foo\"");
  CHECK(world.get(check + "?source=a&destination=default/b/c") ==
        "500 destination \"default/b/c\" is invalid: input can contain at most one '/'");
  const std::string allowed = "200 {\n    \"Allowed\": true\n}\n";
  const std::string denied = "200 {\n    \"Allowed\": false\n}\n";
  CHECK(world.get(check + "?source=kong&destination=web") == denied);
  CHECK(world.get(check + "?source=default/kong&destination=web&source-type=consul") == denied);
  CHECK(world.get(check + "?source=foo/kong&destination=web") == allowed);
  CHECK(world.get(check + "?source=web&destination=kong") == allowed);
}

TEST_CASE("the exact form of 1.9 goes by source and destination") {
  World world;
  const std::string exact = kList + "/exact?source=kong&destination=web";
  CHECK(world.get(kList + "/exact?source=kong") ==
        "500 required query parameter 'destination' not set");
  CHECK(world.get(exact) == "404 Intention not found");
  CHECK(world.ask("PUT", exact, R"({"Action":"allow","Description":"d"})") == "200 true\n");
  const Json shown = Json::parse(world.get(exact).substr(4));
  CHECK_FALSE(shown.contains("ID"));
  CHECK(shown["Action"] == "allow");
  CHECK(shown["Description"] == "d");
  CHECK(Json::parse(world.get(kList).substr(4)).size() == 1);
  CHECK(world.ask("PUT", exact, R"({"Action":"allow","Meta":{"a":"b"}})").starts_with("500 Meta"));
  CHECK(world.ask("PUT", exact, R"({"Action":"allow","Permissions":[{"Action":"allow"}]})") ==
        errors({"Action must be omitted if Permissions are specified"}));
  CHECK(world.ask("PUT", exact, R"({"Permissions":[{"Action":"allow"}]})") == "200 true\n");
  CHECK(Json::parse(world.get(exact).substr(4))["Permissions"][0]["Action"] == "allow");
  CHECK(world.get(kList + "/check?source=kong&destination=web") ==
        "200 {\n    \"Allowed\": false\n}\n");
  CHECK(world.ask("DELETE", exact) == "200 true\n");
  CHECK(world.ask("DELETE", exact) == "200 true\n");
  CHECK(world.get(kList) == "200 []\n");
}

TEST_CASE("authorize gives the reason") {
  World world;
  const std::string id = world.create("kong", "web", "deny");
  CHECK(world.authorize("api", "web") ==
        "200 {\n    \"Authorized\": true,\n    \"Reason\": \"ACLs disabled, access is allowed by "
        "default\"\n}\n");
  CHECK(world.authorize("web", "kong") ==
        "200 {\n    \"Authorized\": false,\n    \"Reason\": \"Matched intention: DENY "
        "default/kong =\\u003e default/web (ID: " +
            id + ", Precedence: 9)\"\n}\n");
  const auto ask = [&](const std::string& body) {
    return world.ask("POST", "/v1/agent/connect/authorize", body);
  };
  CHECK(ask("") == "400 Bad request: Request decode failed: EOF");
  CHECK(ask("[]") ==
        "400 Bad request: Request decode failed: json: cannot unmarshal array into "
        "Go value of type structs.ConnectAuthorizeRequest");
  CHECK(ask(R"({"Target":5})") ==
        "400 Bad request: Request decode failed: json: cannot unmarshal number into Go struct "
        "field ConnectAuthorizeRequest.Target of type string");
  CHECK(ask("{}") == "400 Bad request: Target service must be specified");
  CHECK(ask(R"({"Target":"web"})") ==
        "400 Bad request: ClientCertURI not a valid Connect identifier");
  CHECK(ask(R"({"Target":"web","ClientCertURI":"spiffe://x/agent/client/dc/dc1/id/foo"})") ==
        "400 Bad request: ClientCertURI not a valid Service identifier");
}

TEST_CASE("with ACLs, lists are filtered and all else is refused") {
  World world(with_acl());
  const auto create = [&](std::string_view token) {
    return world.create("kong", "web", "deny", token);
  };
  for (const char* token : {"", "s1", "s3"}) CHECK(create(token) == "403 Permission denied");
  CHECK(create("bogus") == "403 ACL not found");
  const std::string web = create("s2");
  REQUIRE(web.size() == 36);
  world.create("web", "db", "deny", "root");
  const std::string db = world.create("x", "db", "deny", "root");
  CHECK(world.create("*", "*", "allow", "s2") == "403 Permission denied");
  CHECK(world.create("a", "*", "allow", "s4") == "403 Permission denied");
  CHECK(world.create("*", "*", "allow", "root").size() == 36);
  struct Row {
    const char* token;
    std::size_t listed;
    const char* show_db;
    const char* show_web;
    const char* match_web;
    const char* match_kong;
    const char* check_db;
    const char* check_web;
    const char* authorize;
  };
  for (const Row& row : {Row{"", 0, "403", "403", "403", "403", "403", "403", "403"},
                         Row{"s1", 3, "403", "200", "200", "403", "403", "200", "200"},
                         Row{"s3", 4, "200", "200", "200", "200", "200", "200", "403"},
                         Row{"s4", 4, "200", "200", "200", "200", "200", "200", "200"}}) {
    CAPTURE(row.token);
    CHECK(Json::parse(world.get(kList, row.token).substr(4)).size() == row.listed);
    const auto status = [&](const std::string& target) {
      return world.get(kList + target, row.token).substr(0, 3);
    };
    CHECK(status("/" + db) == row.show_db);
    CHECK(status("/" + web) == row.show_web);
    CHECK(status("/match?by=destination&name=web") == row.match_web);
    CHECK(status("/match?by=source&name=kong") == row.match_kong);
    CHECK(status("/check?source=x&destination=db") == row.check_db);
    CHECK(status("/check?source=x&destination=web") == row.check_web);
    CHECK(world.authorize("web", "kong", row.token).substr(0, 3) == row.authorize);
    CHECK(world.ask("DELETE", kList + "/" + db, {}, row.token) == "403 Permission denied");
  }
  CHECK(world.ask("PUT", kList + "/" + web,
                  R"({"SourceName":"kong","DestinationName":"db","Action":"deny"})",
                  "s2") == "403 Permission denied");
}

TEST_CASE("with ACLs and no intention the default policy decides") {
  World world(with_acl());
  CHECK(world.authorize("web", "kong", "root") ==
        "200 {\n    \"Authorized\": false,\n    \"Reason\": \"Default behavior configured by "
        "ACLs\"\n}\n");
  CHECK_FALSE(world.state->intentions.decide("kong", "web").allowed);
}

}  // namespace gw::mesh
