#include "config/lint.h"

#include <string>

#include <doctest/doctest.h>

#include "loading.h"

using namespace gw::config;
using testing::load_at;

TEST_CASE("what Kong accepts and nobody wants is a warning at its place") {
  struct Row {
    const char* why;
    const char* level;
    const char* config;
    const char* found;  // "CODE PATH" that has to be among the findings
  };
  for (const Row& row : {
           Row{"ttl of a key", "3.9",
               "consumers: [{username: a, keyauth_credentials: [{key: k, ttl: 5}]}]",
               "GW1214 consumers[0].keyauth_credentials[0].ttl: "},
           Row{"a key that is not there", "3.9",
               "consumers: [{username: a, keyauth_credentials: [{tags: [x]}]}]",
               "GW1216 consumers[0].keyauth_credentials[0]: "},
           Row{"a consumer's plugin without authentication", "3.9",
               "consumers: [{username: a, plugins: [{name: rate-limiting, config: {minute: 1}}]}]",
               "GW1408 consumers[0].plugins[0]: "},
           Row{"an error code that crashes", "3.9",
               "plugins: [{name: rate-limiting, config: {minute: 1, error_code: 200}}]",
               "GW1407 plugins[0].config.error_code: "},
           Row{"policy cluster without a database", "2.0",
               "plugins: [{name: rate-limiting, config: {minute: 1}}]",
               "GW1410 plugins[0].config.policy: "},
           Row{"an anonymous consumer that is not there", "3.9",
               "plugins: [{name: key-auth, config: {anonymous: nobody}}]",
               "GW1306 plugins[0].config.anonymous: "},
           Row{"redis in the clear", "3.9",
               "plugins: [{name: rate-limiting, config: {minute: 1, policy: redis, redis: {host: "
               "r.test}}}]",
               "GW1411 plugins[0].config.redis.host: "},
           Row{"entities that are not run", "3.9", "key_sets: [{name: a}]", "GW1103 key_sets: "},
           Row{"decK's own keys", "3.9", "_info: {select_tags: [a]}", "GW1102 _info: "},
           Row{"a CA that is not there", "3.9",
               "services: [{url: 'https://h', ca_certificates: "
               "[11111111-1111-4111-8111-111111111111]}]",
               "GW1301 services[0].ca_certificates[0]: "},
           Row{"an upstream that is not verified", "3.9",
               "services: [{url: 'https://h', tls_verify: false}]",
               "GW1215 services[0].tls_verify: "},
           Row{"names of an upstream that is not verified", "3.9",
               "services: [{url: 'https://h', tls_verify: false, tls_sans: {dnsnames: [a.test]}}]",
               "GW1217 services[0].tls_sans: "},
           Row{"names of an upstream that is not spoken to", "2.7",
               "services: [{host: h, protocol: tls, tls_sans: {dnsnames: [a.test]}}]",
               "GW1217 services[0].tls_sans: "},
           Row{"a vault of a type that is not looked up", "3.9",
               "vaults: [{prefix: ab, name: hcv}]", "GW1218 vaults[0].name: "},
       }) {
    CAPTURE(row.why);
    const auto out = load_at(row.level, row.config);
    CAPTURE(out.all());
    CHECK(out.loaded.has_value());
    CHECK(out.all().find(row.found) != std::string::npos);
  }
}

TEST_CASE("entries of consumer-rate-limiting that have no effect are pointed out") {
  const auto out = load_at("3.9", R"(
consumers: [{username: alice}]
services: [{name: web, host: h}]
plugins:
- {name: key-auth}
- name: consumer-rate-limiting
  consumer: alice
  config:
    route:
    - {name: Web, minute: 1}
    service:
    - {name: web}
    - {name: web, minute: 5, hour: 1}
    - {name: other, minute: 1}
)");
  REQUIRE_MESSAGE(out.loaded, out.all());
  for (const char* part : {"config.route[0].name: \"Web\" is compared in lower case",
                           "config.service[0]: the entry has no limit",
                           "config.service[1]: The limit for hour(1.0) cannot be lower",
                           "config.service[1].name: \"web\" stands twice",
                           "config.service[2].name: no service is named 'other'"}) {
    CAPTURE(part);
    CHECK(out.all().find(part) != std::string::npos);
  }
}

TEST_CASE("a sound config has no findings at all") {
  const auto out = load_at("3.9", R"(
services:
- name: web
  url: http://h:8080/v1
  routes: [{name: r, paths: ['~/r/\d+$', /r]}]
  plugins:
  - {name: key-auth}
  - {name: rate-limiting, config: {minute: 5, hour: 50}}
consumers: [{username: alice, keyauth_credentials: [{key: k}]}]
)");
  CHECK(out.all().empty());
}
