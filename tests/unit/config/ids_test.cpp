#include "config/ids.h"

#include <string>

#include <doctest/doctest.h>

#include "loading.h"

using namespace gw::config;
using testing::load_at;

TEST_CASE("ids are Kong's own UUIDs of collection and name") {
  struct Row {
    const char* collection;
    const char* name;
    const char* id;
  };
  for (const Row& row : {Row{"services", "sample_api", "f43346f0-16f5-55b3-b815-f4dfa7cdb1e8"},
                         Row{"consumers", "bob", "def4f7d3-9863-5ad2-8fa9-c949bf26f55e"},
                         Row{"consumers", "alice", "b32379d9-3d28-5683-a79c-72139be6e34f"},
                         Row{"routes", "r1", "4726a05a-d550-537e-9fc3-a07c7a1188c7"},
                         Row{"services", "web", "268670a9-7534-5600-96d9-9f0f0aee2eb7"},
                         Row{"services", "svc", "b9f04b04-ab65-5e2a-b4c4-f82b7d5b781c"}}) {
    CAPTURE(row.name);
    CHECK(natural_id(row.collection, row.name).str() == row.id);
  }
}

TEST_CASE("a nested plugin's id is made from its parent's, with a workspace slot from 2.1 on") {
  constexpr auto kConfig = R"(
services:
- name: web
  host: h
  plugins: [{name: rate-limiting, config: {minute: 1, policy: local}}]
)";
  CHECK(load_at("3.9", kConfig).config().plugins.at(0).id.str() ==
        "f0da6d1a-1953-59b8-89d5-0b16b7df0411");
  CHECK(load_at("2.8", kConfig).config().plugins.at(0).id.str() ==
        "f0da6d1a-1953-59b8-89d5-0b16b7df0411");
  CHECK(load_at("2.0", kConfig).config().plugins.at(0).id.str() !=
        "f0da6d1a-1953-59b8-89d5-0b16b7df0411");
}

TEST_CASE("a key's id is the one that Kong 2 was seen to give it") {
  const auto out = load_at("2.8", R"(
consumers:
- username: alice
  keyauth_credentials: [{key: a1}, {key: a2}]
)");
  CHECK(out.config().keyauth_credentials.at(0).id.str() == "b031f59d-3fb2-5dea-bbe6-939d4c5f5a10");
  CHECK(out.config().keyauth_credentials.at(1).id.str() == "7b669fce-84c9-5efa-b700-5441b23539c7");
}

TEST_CASE("entities without a name get different ids, and the same ones each time") {
  constexpr auto kConfig = R"(
services:
- name: web
  host: h
  routes: [{paths: [/a]}, {paths: [/b]}]
consumers: [{custom_id: x}]
)";
  const auto first = load_at("3.9", kConfig);
  const auto second = load_at("3.9", kConfig);
  const auto& routes = first.config().routes;
  CHECK(routes.at(0).id != routes.at(1).id);
  CHECK(routes.at(0).id == second.config().routes.at(0).id);
  CHECK_FALSE(first.config().consumers.at(0).id.is_nil());
}

TEST_CASE("an id of the file is kept") {
  const auto out = load_at(
      "3.9", "services: [{id: 11111111-1111-4111-8111-111111111111, name: web, host: h}]\n");
  CHECK(out.config().services.at(0).id.str() == "11111111-1111-4111-8111-111111111111");
}
