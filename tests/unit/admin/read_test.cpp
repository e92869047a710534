#include <string>
#include <string_view>
#include <vector>

#include <doctest/doctest.h>
#include <nlohmann/json.hpp>

#include "fake_node.h"
#include "support/certificates.h"

using namespace gw;
using namespace gw::admin;
using namespace gw::admin::testing;
using Json = nlohmann::json;

namespace {

constexpr std::string_view kLevels[]{"2.0", "2.8", "3.9"};

Json body_of(const Response& response) {
  return Json::parse(response.body);
}

// PEM text as a YAML block below its key.
std::string block(std::string_view pem) {
  std::string out = "|\n    ";
  for (const char c : pem) out += c == '\n' ? std::string("\n    ") : std::string(1, c);
  return out + "\n";
}

}  // namespace

TEST_CASE("every path of a config that is there answers 200 and everything else 404") {
  struct Row {
    std::string_view target;
    int status;
  };
  constexpr Row kRows[]{
      {"/", 200},
      {"/status", 200},
      {"/status/ready", 200},
      {"/config", 200},
      {"/endpoints", 200},
      {"/plugins/enabled", 200},
      {"/schemas/routes", 200},
      {"/schemas/plugins/key-auth", 200},
      {"/plugins/schema/rate-limiting", 200},
      {"/tags", 200},
      {"/tags/shop", 200},
      {"/services", 200},
      {"/services/", 200},
      {"/services/web", 200},
      {"/services/268670a9-7534-5600-96d9-9f0f0aee2eb7", 200},
      {"/services/web/routes", 200},
      {"/services/web/routes/r1", 200},
      {"/services/web/plugins", 200},
      {"/routes/r1/service", 200},
      {"/routes/r1/plugins", 200},
      {"/consumers/bob/key-auth", 200},
      {"/consumers/bob/plugins", 200},
      {"/consumers/b%6Fb", 200},
      {"/key-auths", 200},
      {"/key-auths/bobs-canary-key", 200},
      {"/key-auths/bobs-canary-key/consumer", 200},
      {"/upstreams/up.test/targets", 200},
      {"/upstreams/up.test/targets/all", 200},
      {"/upstreams/up.test/targets/192.0.2.1:8080", 200},
      {"/upstreams/up.test/health", 200},
      {"/ca_certificates", 200},
      {"/certificates", 200},
      {"/snis", 200},
      {"/services//", 404},
      {"//services", 404},
      {"/Services", 404},
      {"/%73ervices", 404},
      {"/services/nope", 404},
      {"/services/00000000-0000-4000-8000-000000000001", 404},
      {"/services/web/routes/r2", 404},
      {"/services/nope/routes", 404},
      {"/services/web/client_certificate", 404},
      {"/services/web/routes/r1/plugins", 404},
      {"/targets", 404},
      {"/consumers/bob/key-auths", 404},
      {"/consumers/alice/key-auth/bobs-canary-key", 404},
      {"/snis/x.test/certificate", 404},
      {"/certificates/x.test", 404},
      {"/schemas/nonsense", 404},
      {"/schemas/plugins/nonsense", 404},
      {"/rbac/users", 404},
      {"/ca_certificates/x", 400},
      {"/services/a%20b", 400},
  };
  for (std::string_view level : kLevels) {
    FakeNode node(level, kShop);
    for (const Row& row : kRows) {
      CAPTURE(level);
      CAPTURE(row.target);
      const Response response = get(node, row.target);
      CHECK(response.status == row.status);
      CHECK(Json::accept(response.body));
      CHECK(field(response, "Content-Type") == "application/json; charset=utf-8");
      CHECK(response.length == response.body.size());
    }
  }
}

TEST_CASE("an entity shows all its fields, unset ones as null, at the level's own schema") {
  FakeNode node("3.9", kShop);
  const Json service = body_of(get(node, "/services/web"));
  CHECK(service == Json::parse(R"({
    "id": "268670a9-7534-5600-96d9-9f0f0aee2eb7", "name": "web", "protocol": "http",
    "host": "web.test", "port": 8080, "path": "/base", "retries": 5, "connect_timeout": 60000,
    "write_timeout": 60000, "read_timeout": 60000, "client_certificate": null, "tls_verify": null,
    "tls_verify_depth": null, "ca_certificates": null, "enabled": true, "tags": ["front", "shop"],
    "created_at": 1795286607, "updated_at": 1795286607})"));
  FakeNode old("2.0", kShop);
  const Json old_service = body_of(get(old, "/services/web"));
  CHECK_FALSE(old_service.contains("tls_verify"));
  CHECK_FALSE(old_service.contains("enabled"));
  CHECK(old_service.at("client_certificate").is_null());
}

TEST_CASE("references are shown as objects with an id") {
  FakeNode node("3.9", kShop);
  const Json route = body_of(get(node, "/routes/r2"));
  CHECK(route.at("service").at("id") == body_of(get(node, "/services/api")).at("id"));
  CHECK(route.at("protocols") == Json::parse(R"(["http", "https"])"));
  CHECK(route.at("strip_path") == true);
  CHECK(route.at("hosts").is_null());
  CHECK(body_of(get(node, "/plugins")).at("data").size() == 2);
  CHECK(body_of(get(node, "/key-auths/bobs-canary-key/consumer")).at("username") == "bob");
}

TEST_CASE("a slash in a string is written with a backslash, as Kong does") {
  FakeNode node("3.9", kShop);
  CHECK(get(node, "/services/web").body.find(R"("path":"\/base")") != std::string::npos);
}

TEST_CASE("a plugin's config has its defaults, nested and old spellings alike") {
  FakeNode node("3.9", R"(
plugins:
- name: rate-limiting
  config: {minute: 5, policy: redis, redis_host: redis.test, redis_password: canary-pw}
)");
  const Json plugin = body_of(get(node, "/plugins")).at("data").at(0);
  const Json& config = plugin.at("config");
  CHECK(config.at("minute") == 5);
  CHECK(config.at("hour").is_null());
  CHECK(config.at("limit_by") == "consumer");
  CHECK(config.at("redis").at("host") == "redis.test");
  CHECK(config.at("redis_host") == "redis.test");
  CHECK(config.at("redis").at("port") == 6379);
  CHECK(config.at("redis_port") == 6379);
  CHECK(config.at("redis").at("password") == "[redacted]");
  CHECK(config.at("redis_password") == "[redacted]");
  FakeNode old("2.8", "plugins:\n- name: rate-limiting\n  config: {minute: 5}\n");
  const Json old_config = body_of(get(old, "/plugins")).at("data").at(0).at("config");
  CHECK_FALSE(old_config.contains("redis"));
  CHECK(old_config.at("redis_port") == 6379);
}

TEST_CASE("upstreams show their health checks and targets their full address") {
  FakeNode node("3.9", kShop);
  const Json upstream = body_of(get(node, "/upstreams/up.test"));
  CHECK(upstream.at("healthchecks").at("active").at("healthy").at("http_statuses") ==
        Json::parse("[200, 302]"));
  const Json targets = body_of(get(node, "/upstreams/up.test/targets")).at("data");
  REQUIRE(targets.size() == 2);
  std::vector<std::string> addresses{targets.at(0).at("target"), targets.at(1).at("target")};
  std::ranges::sort(addresses);
  CHECK(addresses == std::vector<std::string>{"192.0.2.1:8080",
                                              "[0000:0000:0000:0000:0000:0000:0000:0001]:8000"});
  CHECK(targets.at(0).at("created_at") == doctest::Approx(1795286607.004).epsilon(1e-15));
}

TEST_CASE("certificates are found by their server names and list them") {
  const std::string config = "certificates:\n- cert: " + block(gw::testing::kLeafPem) +
                             "  key: " + block(gw::testing::kLeafKey) +
                             "  snis: [{name: web.test}]\n";
  for (std::string_view level : kLevels) {
    CAPTURE(level);
    FakeNode node(level, config);
    const Response response = get(node, "/certificates/web.test");
    REQUIRE(response.status == 200);
    const Json certificate = body_of(response);
    CHECK(certificate.at("snis") == Json::parse(R"(["web.test"])"));
    CHECK(certificate.at("key").get<std::string>().starts_with("sha256:"));
    const std::string id = certificate.at("id");
    CHECK(body_of(get(node, "/snis/web.test")).at("certificate").at("id") == id);
    CHECK(body_of(get(node, "/certificates/" + id + "/snis")).at("data").size() == 1);
    CHECK(get(node, "/certificates/x.test/snis").body == R"({"message":"SNI not found"})");
    CHECK(get(node, "/config").body.find("PRIVATE KEY") == std::string::npos);
  }
}

TEST_CASE("no answer shows a secret unless the node is told to") {
  constexpr std::string_view kTargets[]{"/key-auths", "/consumers/bob/key-auth",    "/config",
                                        "/plugins",   "/key-auths/bobs-canary-key", "/tags/keys"};
  const std::string config = std::string(kShop) + R"(
- name: http-log
  config: {http_endpoint: "http://log.test", headers: {Authorization: "Bearer canary"}}
- name: session
  config: {secret: canary, cookie_name: jar}
)";
  FakeNode node("3.9", config);
  for (std::string_view target : kTargets) {
    CAPTURE(target);
    const Response response = get(node, target);
    CHECK(response.status == 200);
    CHECK(response.body.find("canary") == std::string::npos);
  }
  CHECK(get(node, "/plugins").body.find(R"("cookie_name":"jar")") != std::string::npos);
  node.node_info.shows_secrets = true;
  CHECK(get(node, "/key-auths").body.find("bobs-canary-key") != std::string::npos);
  CHECK(get(node, "/config").body.find("bobs-canary-key") != std::string::npos);
}

TEST_CASE("the node tells what it is and never more than it runs") {
  FakeNode node("3.9", kShop);
  node.node_info.settings = {{"trusted_ips", "10.0.0.0/8"}};
  const Json about = body_of(get(node, "/"));
  CHECK(about.at("version") == "3.9.1");
  CHECK(about.at("tagline") == "Welcome to kong");
  CHECK(about.at("hostname") == "gw1");
  CHECK(about.at("configuration").at("database") == "off");
  CHECK(about.at("configuration").at("trusted_ips") == "10.0.0.0/8");
  CHECK(about.at("plugins").at("available_on_server").at("key-auth").at("priority") == 1250);
  CHECK(about.at("plugins").at("enabled_in_cluster") ==
        Json::parse(R"(["key-auth", "rate-limiting"])"));
  const Json enabled = body_of(get(node, "/plugins/enabled")).at("enabled_plugins");
  CHECK(std::ranges::find(enabled, Json("acl")) == enabled.end());
  FakeNode old("2.0");
  CHECK(body_of(get(old, "/")).at("plugins").at("available_on_server").at("key-auth") == true);
}

TEST_CASE("the status has the node's counters and the config's hash") {
  FakeNode node("3.9");
  node.node_status = {.connections_active = 3, .total_requests = 9};
  const Json before = body_of(get(node, "/status"));
  CHECK(before.at("server").at("connections_active") == 3);
  CHECK(before.at("server").at("total_requests") == 9);
  CHECK(before.at("configuration_hash") == std::string(32, '0'));
  CHECK_FALSE(before.contains("database"));
  FakeNode loaded("2.8", kShop);
  const Json after = body_of(get(loaded, "/status"));
  CHECK(after.at("configuration_hash").get<std::string>() != std::string(32, '0'));
  CHECK(after.at("database").at("reachable") == true);
}

TEST_CASE("a node that is not ready says why with 503") {
  FakeNode node("3.9");
  node.why_not_ready = "no configuration available";
  const Response response = get(node, "/status/ready");
  CHECK(response.status == 503);
  CHECK(response.body == R"({"message":"no configuration available"})");
}

TEST_CASE("schemas tell type, default, bounds and references of the level") {
  FakeNode node("3.9");
  const Json fields = body_of(get(node, "/schemas/services")).at("fields");
  const auto of = [&](std::string_view name) {
    for (const Json& entry : fields) {
      if (entry.contains(name)) return entry.at(name);
    }
    return Json{};
  };
  CHECK(of("port").at("between") == Json::parse("[0, 65535]"));
  CHECK(of("retries").at("default") == 5);
  CHECK(of("client_certificate").at("reference") == "certificates");
  CHECK(of("id").at("uuid") == true);
  const Json plugin = body_of(get(node, "/schemas/plugins/key-auth")).at("fields");
  CHECK(plugin.back().at("config").at("fields").at(0).contains("key_names"));
  CHECK(get(node, "/schemas/x").body == R"({"message":"No entity named 'x'"})");
}
