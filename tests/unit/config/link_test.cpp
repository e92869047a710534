#include "config/link.h"

#include <string>

#include <doctest/doctest.h>

#include "loading.h"

using namespace gw::config;
using testing::load_at;
using testing::load_texts;

TEST_CASE("a flat entity refers to its parents by name or by id") {
  const auto out = load_at("3.9", R"(
services:
- {name: web, host: h}
- {id: 11111111-1111-4111-8111-111111111111, host: i}
routes:
- {name: a, paths: [/a], service: web}
- {name: b, paths: [/b], service: 11111111-1111-4111-8111-111111111111}
- {name: c, paths: [/c], service: {id: 11111111-1111-4111-8111-111111111111}}
consumers: [{username: alice}]
keyauth_credentials: [{consumer: alice, key: k}]
upstreams: [{name: up}]
targets: [{upstream: up, target: "h:81", weight: 7}]
plugins: [{name: rate-limiting, service: web, consumer: alice, route: a, config: {minute: 1}}]
)");
  REQUIRE_MESSAGE(out.loaded, out.all());
  const auto& c = out.config();
  CHECK(c.routes.at(0).service == c.services.at(0).id);
  CHECK(c.routes.at(1).service == c.services.at(1).id);
  CHECK(c.routes.at(2).service == c.services.at(1).id);
  CHECK(c.keyauth_credentials.at(0).consumer == c.consumers.at(0).id);
  CHECK(c.upstreams.at(0).targets.at(0).port == 81);
  CHECK(c.plugins.at(0).service == c.services.at(0).id);
  CHECK(c.plugins.at(0).consumer == c.consumers.at(0).id);
  CHECK(c.plugins.at(0).route == c.routes.at(0).id);
}

TEST_CASE("a plugin nested in a route nested in a service is the route's only") {
  const auto out = load_at("3.9", R"(
services:
- name: web
  host: h
  routes:
  - name: a
    paths: [/a]
    plugins: [{name: rate-limiting, config: {minute: 1}}]
)");
  REQUIRE_MESSAGE(out.loaded, out.all());
  CHECK(out.config().plugins.at(0).route == out.config().routes.at(0).id);
  CHECK_FALSE(out.config().plugins.at(0).service.has_value());
}

TEST_CASE("a dangling reference is named with its place and the nearest name") {
  const auto out = load_at("3.9",
                           "services: [{name: web, host: h}]\n"
                           "routes:\n- {name: a, paths: [/a], service: wbe}\n");
  CHECK(out.errors() ==
        "routes[0].service: invalid reference 'service: wbe' (no such entry in 'services')\n");
  const auto* found = out.find("GW1301");
  REQUIRE(found != nullptr);
  CHECK(found->suggestion == "web");
  CHECK(found->where.line == 4);
}

TEST_CASE("an object as reference gets each Kong's own answer") {
  struct Row {
    const char* level;
    const char* reference;
    const char* errors;
  };
  constexpr auto kId = "{id: 11111111-1111-4111-8111-111111111111}";
  for (const Row& row : {
           Row{"2.0", "{name: web}", "routes[0].service: expected a string\n"},
           Row{"2.8", "{name: web}", "routes[0].service.id: missing primary key\n"},
           Row{"3.9", "{name: web}", "routes[0].service.id: missing primary key\n"},
           Row{"2.8", kId,
               "routes[0].service: invalid reference 'service: "
               "{\"id\":\"11111111-1111-4111-8111-111111111111\"}' (no such entry in "
               "'services')\n"},
           Row{"3.9", kId, ""},
       }) {
    CAPTURE(row.level);
    CAPTURE(row.reference);
    const auto out = load_at(row.level,
                             "services: [{id: 11111111-1111-4111-8111-111111111111, name: web, "
                             "host: h}]\nroutes: [{paths: [/a], service: " +
                                 std::string(row.reference) + "}]\n");
    CHECK(out.errors() == row.errors);
  }
}

TEST_CASE("duplicates are errors from 3.4 on; before, the later one wins and both are named") {
  constexpr auto kConfig = "services:\n- {name: web, host: first}\n- {name: web, host: second}\n";
  const auto refused = load_at("3.4", kConfig);
  CHECK(refused.errors() ==
        "services[1]: uniqueness violation: 'services' entity with name set to "
        "'web' already declared\n");
  CHECK(refused.find("GW1303")->where.line == 4);
  CHECK(refused.find("GW1303")->related.at(0).where.line == 3);

  const auto accepted = load_at("2.8", kConfig);
  REQUIRE(accepted.loaded);
  REQUIRE(accepted.find("GW1304") != nullptr);
  REQUIRE(accepted.config().services.size() == 1);
  CHECK(accepted.config().services.at(0).host == "second");
}

TEST_CASE("two plugins for the same scope collide through their id") {
  const auto out = load_at("3.9", R"(
plugins:
- {name: rate-limiting, config: {minute: 1}}
- {name: rate-limiting, config: {minute: 2}}
)");
  CHECK(out.errors().starts_with(
      "plugins[1]: uniqueness violation: 'plugins' entity with primary key set to '"));
  CHECK(load_at("2.8", "plugins:\n- {name: key-auth}\n- {name: key-auth}\n")
            .config()
            .plugins.size() == 1);
}

TEST_CASE("an equal key of two consumers is found, and the key itself is not shown") {
  const auto out = load_at("3.9", R"(
consumers:
- {username: a, keyauth_credentials: [{key: topsecret}]}
- {username: b, keyauth_credentials: [{key: topsecret}]}
)");
  CHECK(out.find("GW1303") != nullptr);
  CHECK(out.all().find("topsecret") == std::string::npos);
}

TEST_CASE("across files a duplicate is an error at every level") {
  const auto out = load_texts({"_format_version: '1.1'\nservices: [{name: web, host: h}]\n",
                               "_format_version: '1.1'\nservices: [{name: web, host: i}]\n"});
  CHECK_FALSE(out.loaded);
  CHECK(out.find("GW1303") != nullptr);
}

TEST_CASE("a nested entity must not name a parent as well") {
  const auto out = load_at("3.9", R"(
consumers: [{username: alice}]
services:
- name: web
  host: h
  plugins: [{name: rate-limiting, consumer: alice, config: {minute: 1}}]
)");
  CHECK(out.errors() == "services[0].plugins[0].consumer: value must be null\n");
}

TEST_CASE("Kong 2.0 nests one level deep") {
  constexpr auto kConfig = R"(
services:
- name: web
  host: h
  routes: [{name: a, paths: [/a], plugins: [{name: key-auth}]}]
)";
  CHECK(load_at("2.0", kConfig).errors() == "services[0].routes[0].plugins: unknown field\n");
  CHECK(load_at("2.1", kConfig).loaded.has_value());
}
