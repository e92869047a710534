#include <string>
#include <utility>
#include <vector>

#include <doctest/doctest.h>

#include "base/x509.h"
#include "ca_endpoints_world.h"

namespace gw::mesh {
namespace {

using std::chrono::hours;
using std::chrono::seconds;
using testing::body_of;
using testing::keys_of;
using testing::operator_rule;
using testing::with_acl;
using World = testing::CaWorld;

const std::string kDecode = "400 Bad request: Request decode failed: ";

}  // namespace

TEST_CASE("the roots are shown as Consul shows them") {
  World world;
  const Reply reply = world.get("/v1/connect/ca/roots");
  CHECK(reply.status == 200);
  CHECK(reply.content_type == "application/json");
  CHECK(reply.index == 10);
  CHECK_FALSE(reply.known_leader);
  CHECK(reply.has_contact);
  CHECK(reply.cache == CacheNews::none);
  const Json json = body_of(reply);
  CHECK(keys_of(json) == std::vector<std::string>{"ActiveRootID", "TrustDomain", "Roots"});
  REQUIRE(json["Roots"].size() == 1);
  const Json& root = json["Roots"][0];
  CHECK(keys_of(root) == std::vector<std::string>{
                             "ID", "Name", "SerialNumber", "SigningKeyID", "ExternalTrustDomain",
                             "NotBefore", "NotAfter", "RootCert", "IntermediateCerts", "Active",
                             "PrivateKeyType", "PrivateKeyBits", "CreateIndex", "ModifyIndex"});
  CHECK(root["ID"] == json["ActiveRootID"]);
  CHECK(root["SerialNumber"] == 7);
  CHECK(root["NotBefore"] == "2020-09-13T12:26:40Z");
  CHECK(root["NotAfter"] == "2030-09-13T12:26:40Z");
  CHECK(root["IntermediateCerts"].is_null());
  CHECK(root["PrivateKeyType"] == "ec");
  CHECK(root["PrivateKeyBits"] == 256);
  CHECK(reply.body.starts_with("{\n    \"ActiveRootID\": \""));
  CHECK(reply.body.ends_with("    ]\n}\n"));
}

TEST_CASE("after a rotation both roots are there, by ID, with one change's index") {
  World world;
  REQUIRE(world.state->rotate());
  REQUIRE(world.state->rotate());
  const Reply reply = world.get("/v1/connect/ca/roots");
  const Json json = body_of(reply);
  REQUIRE(json["Roots"].size() == 3);
  CHECK(reply.index == 12);
  int active = 0;
  for (std::size_t i = 0; i < 3; ++i) {
    const Json& root = json["Roots"][i];
    if (i > 0) {
      CHECK(json["Roots"][i - 1]["ID"].get<std::string>() < root["ID"].get<std::string>());
    }
    CHECK(root["ModifyIndex"] == 12);
    if (!root["Active"].get<bool>()) continue;
    ++active;
    CHECK(root["ID"] == json["ActiveRootID"]);
    CHECK(root["CreateIndex"] == 12);
    CHECK(root["IntermediateCerts"].size() == 1);
  }
  CHECK(active == 1);
}

TEST_CASE("?pem needs a true value, and gives certificates and what vouches for them") {
  World world;
  REQUIRE(world.state->rotate());
  const auto ask = [&](const std::string& value) {
    return world.get("/v1/connect/ca/roots", {{"pem", value}});
  };
  const Reply pem = ask("true");
  CHECK(pem.content_type == "application/pem-certificate-chain");
  CHECK_FALSE(pem.index);
  const auto all = read_certificates(pem.body);
  REQUIRE(all);
  CHECK(all->size() == 3);
  CHECK(ask("1").body == pem.body);
  CHECK(ask("").content_type == "application/json");
  CHECK(ask("false").content_type == "application/json");
  CHECK(ask("x").status == 400);
  CHECK(ask("x").body == "Bad request: The 'pem' query parameter must be a boolean value");
  CHECK(world.get("/v1/agent/connect/ca/roots", {{"pem", "true"}}).content_type ==
        "application/json");
}

TEST_CASE("the agent has the roots in its cache from the second request of a token on") {
  World world;
  const auto ask = [&](std::vector<std::pair<std::string, std::string>> query = {},
                       const std::string& token = "") {
    return world.get("/v1/agent/connect/ca/roots", std::move(query), token).cache;
  };
  CHECK(ask() == CacheNews::miss);
  CHECK(ask() == CacheNews::hit);
  CHECK(ask({}, "abc") == CacheNews::miss);
  CHECK(ask({}, "abc") == CacheNews::hit);
  world.pass(seconds(5));
  CHECK(ask({{"index", "1"}}) == CacheNews::hit);
  CHECK(ask({{"index", "10"}}) == CacheNews::miss);
  CHECK(ask({{"index", "99"}}) == CacheNews::miss);
  // Who has waited for this change.
  REQUIRE(world.state->rotate());
  world.settle();
  CHECK(ask({{"index", "10"}}) == CacheNews::miss);
  CHECK(ask() == CacheNews::hit);
  CHECK(world.get("/v1/agent/connect/ca/roots").age == 0);
}

TEST_CASE("a leaf fills the agent's cache of roots") {
  World world;
  CHECK(world.get("/v1/agent/connect/ca/leaf/web").status == 200);
  CHECK(world.get("/v1/agent/connect/ca/roots").cache == CacheNews::hit);
}

TEST_CASE("a leaf is shown as Consul shows it, and kept") {
  World world;
  const Reply reply = world.get("/v1/agent/connect/ca/leaf/web");
  CHECK(reply.status == 200);
  CHECK(reply.cache == CacheNews::miss);
  CHECK(reply.index == 11);
  CHECK_FALSE(reply.has_contact);
  const Json leaf = body_of(reply);
  CHECK(keys_of(leaf) == std::vector<std::string>{"SerialNumber", "CertPEM", "PrivateKeyPEM",
                                                  "Service", "ServiceURI", "ValidAfter",
                                                  "ValidBefore", "CreateIndex", "ModifyIndex"});
  CHECK(leaf["SerialNumber"] == "08");
  CHECK(leaf["Service"] == "web");
  CHECK(leaf["ServiceURI"] ==
        "spiffe://" + world.state->authority->trust_domain() + "/ns/default/dc/dc1/svc/web");
  CHECK(leaf["ValidAfter"] == "2020-09-13T12:25:40Z");
  CHECK(leaf["ValidBefore"] == "2020-09-16T12:25:40Z");
  CHECK(leaf["ModifyIndex"] == 11);
  world.pass(seconds(4));
  const Reply again = world.get("/v1/agent/connect/ca/leaf/web");
  CHECK(again.cache == CacheNews::hit);
  CHECK(again.age == 4);
  CHECK(again.body == reply.body);
  CHECK(world.get("/v1/agent/connect/ca/leaf/web", {{"index", "1"}}).cache == CacheNews::hit);
  CHECK(world.get("/v1/agent/connect/ca/leaf/web", {{"index", "11"}}).cache == CacheNews::miss);
  REQUIRE(world.state->rotate());
  const Reply renewed = world.get("/v1/agent/connect/ca/leaf/web", {{"index", "11"}});
  CHECK(renewed.cache == CacheNews::miss);
  CHECK(renewed.index == 13);
  CHECK(read_certificates(body_of(renewed)["CertPEM"].get<std::string>())->size() == 2);
}

TEST_CASE("names that cannot be services are refused before the token is looked at") {
  World world(with_acl());
  const Reply none = world.get("/v1/agent/connect/ca/leaf/", {}, "nobody's");
  CHECK(none.status == 500);
  CHECK(none.content_type == "text/plain; charset=utf-8");
  CHECK(none.body == "URI must be either service or agent");
  const Reply slash = world.get("/v1/agent/connect/ca/leaf/a/b", {}, "nobody's");
  CHECK(slash.status == 500);
  CHECK(slash.body.starts_with("SPIFFE ID is not in the expected format: spiffe://"));
  CHECK(slash.body.ends_with("/svc/a/b"));
}

TEST_CASE("leaves need service:write, the configuration operator:write, the roots nothing") {
  AclToken web{.secret = Secret("web-token"),
               .accessor = "1",
               .rules = {{.resource = Resource::service, .name = "web", .access = Access::write}}};
  AclToken reader{
      .secret = Secret("reads"), .accessor = "2", .rules = {operator_rule(Access::read)}};
  AclToken writer{
      .secret = Secret("writes"), .accessor = "3", .rules = {operator_rule(Access::write)}};
  World world(with_acl({web, reader, writer}));
  const auto status = [&](const std::string& path, const std::string& token) {
    const Reply reply = world.get(path, {}, token);
    return std::to_string(reply.status) + (reply.status == 200 ? "" : " " + reply.body);
  };
  for (const char* token : {"", "nobody's", "reads"}) {
    CHECK(status("/v1/connect/ca/roots", token) == "200");
    CHECK(status("/v1/agent/connect/ca/roots", token) == "200");
  }
  const std::string leaf = "/v1/agent/connect/ca/leaf/web";
  CHECK(status(leaf, "") == "403 Permission denied");
  CHECK(status(leaf, "nobody's") == "403 ACL not found");
  CHECK(status(leaf, "web-token") == "200");
  CHECK(status("/v1/agent/connect/ca/leaf/api", "web-token") == "403 Permission denied");
  CHECK(status(World::kConfiguration, "nobody's") == "403 ACL not found");
  CHECK(status(World::kConfiguration, "reads") == "403 Permission denied");
  CHECK(status(World::kConfiguration, "writes") == "200");
  const std::string body = R"({"Provider":"consul"})";
  CHECK(world.put("{", "nobody's") == kDecode + "unexpected EOF");
  CHECK(world.put(body, "nobody's") == "403 ACL not found");
  CHECK(world.put(body, "reads") == "403 Permission denied");
  CHECK(world.put(body, "writes") == "200");
}

TEST_CASE("a retired root is gone after twice the TTL, and the index tells") {
  World world;
  REQUIRE(world.state->rotate());
  world.pass(hours(144));
  CHECK(world.state->authority->roots().size() == 2);
  const auto index = world.get("/v1/connect/ca/roots").index;
  world.pass(hours(2));
  CHECK(world.state->authority->roots().size() == 1);
  CHECK(world.get("/v1/connect/ca/roots").index > index);
}

}  // namespace gw::mesh
