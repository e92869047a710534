// From the file to the model: every value where it belongs, defaults where the file is silent.
#include <string>
#include <variant>

#include <doctest/doctest.h>

#include "config/bind.h"
#include "loading.h"

using namespace gw;
using config::testing::load_at;

TEST_CASE("defaults of the schema and of the model are the same") {
  const auto out = load_at("3.9", R"(
services: [{name: s, host: h}]
routes: [{name: r, paths: [/a]}]
upstreams: [{name: u, targets: [{target: h}]}]
plugins: [{name: key-auth}, {name: rate-limiting, config: {minute: 1}}]
)");
  REQUIRE_MESSAGE(out.loaded, out.all());
  const auto& c = out.config();
  const model::Service s;
  CHECK(c.services[0].protocol == s.protocol);
  CHECK(c.services[0].port == s.port);
  CHECK(c.services[0].retries == s.retries);
  CHECK(c.services[0].connect_timeout_ms == s.connect_timeout_ms);
  CHECK(c.services[0].enabled);
  const model::Route r;
  CHECK(c.routes[0].protocols == r.protocols);
  CHECK(c.routes[0].https_redirect_status_code == r.https_redirect_status_code);
  CHECK(c.routes[0].strip_path == r.strip_path);
  CHECK(c.routes[0].preserve_host == r.preserve_host);
  const model::Upstream u;
  CHECK(c.upstreams[0].algorithm == u.algorithm);
  CHECK(c.upstreams[0].slots == u.slots);
  CHECK(c.upstreams[0].hash_on_cookie_path == u.hash_on_cookie_path);
  const model::Target t;
  CHECK(c.upstreams[0].targets[0].port == t.port);
  CHECK(c.upstreams[0].targets[0].weight == t.weight);
  const auto& key_auth = std::get<model::KeyAuth>(c.plugins[0].config);
  const model::KeyAuth k;
  CHECK(key_auth.key_names == k.key_names);
  CHECK(key_auth.key_in_header == k.key_in_header);
  CHECK(key_auth.key_in_body == k.key_in_body);
  CHECK(key_auth.run_on_preflight == k.run_on_preflight);
  const auto& limits = std::get<model::RateLimiting>(c.plugins[1].config);
  const model::RateLimiting l;
  CHECK(limits.policy == l.policy);
  CHECK(limits.limit_by == l.limit_by);
  CHECK(limits.fault_tolerant == l.fault_tolerant);
  CHECK(limits.error_code == l.error_code);
  CHECK(limits.error_message == l.error_message);
  CHECK(limits.sync_rate == l.sync_rate);
  CHECK(limits.redis.port == l.redis.port);
  CHECK(limits.redis.timeout_ms == l.redis.timeout_ms);
}

TEST_CASE("the defaults of an old level stand where its Kong has no such field") {
  const auto out = load_at("2.0",
                           "plugins: [{name: key-auth}, {name: rate-limiting, config: "
                           "{minute: 1}}]\nservices: [{host: h}]\n");
  REQUIRE_MESSAGE(out.loaded, out.all());
  CHECK(std::get<model::KeyAuth>(out.config().plugins[0].config).key_in_header);
  const auto& limits = std::get<model::RateLimiting>(out.config().plugins[1].config);
  CHECK(limits.error_code == 429);
  CHECK(limits.error_message == "API rate limit exceeded");
  CHECK(limits.policy == model::Policy::cluster);
  CHECK(out.config().services[0].enabled);
}

TEST_CASE("a url sets protocol, host, port and path, over what stands beside it") {
  struct Row {
    const char* url;
    model::Protocol protocol;
    const char* host;
    int port;
    const char* path;
  };
  for (const Row& row : {Row{"http://x", model::Protocol::http, "x", 80, ""},
                         Row{"https://x", model::Protocol::https, "x", 443, ""},
                         Row{"https://x:8443/a/b", model::Protocol::https, "x", 8443, "/a/b"},
                         Row{"//x:443", model::Protocol::https, "x", 443, ""},
                         Row{"http://[::1]:81/a?b", model::Protocol::http, "[::1]", 81, "/a"}}) {
    CAPTURE(row.url);
    const auto out = load_at("3.9", "services: [{url: '" + std::string(row.url) +
                                        "', host: other, port: 1, protocol: grpc}]\n");
    REQUIRE_MESSAGE(out.loaded, out.all());
    const auto& s = out.config().services[0];
    CHECK(s.protocol == row.protocol);
    CHECK(s.host == row.host);
    CHECK(s.port == row.port);
    CHECK(s.path == row.path);
  }
}

TEST_CASE("redis is read from either spelling, the record first") {
  for (const char* redis : {"redis: {host: h, port: 1, password: p, timeout: 5}",
                            "redis_host: h, redis_port: 1, redis_password: p, redis_timeout: 5"}) {
    CAPTURE(redis);
    const auto out = load_at("3.9",
                             "plugins: [{name: rate-limiting, config: {minute: 1, policy: "
                             "redis, " +
                                 std::string(redis) + "}}]\n");
    REQUIRE_MESSAGE(out.loaded, out.all());
    const auto& target = std::get<model::RateLimiting>(out.config().plugins[0].config).redis;
    CHECK(target.host == "h");
    CHECK(target.port == 1);
    CHECK(target.password.reveal() == "p");
    CHECK(target.timeout_ms == 5);
    CHECK(target.database == 0);
  }
}

TEST_CASE("numbers without bounds of their own are clamped to what the model holds") {
  const auto out = load_at("3.5",
                           "plugins: [{name: rate-limiting, config: {minute: 1, policy: "
                           "redis, redis_host: h, redis_timeout: -5, "
                           "redis_database: 99999999999999}}]\n");
  REQUIRE_MESSAGE(out.loaded, out.all());
  const auto& target = std::get<model::RateLimiting>(out.config().plugins[0].config).redis;
  CHECK(target.timeout_ms == 0);
  CHECK(target.database == 2147483647);
}

TEST_CASE("hash_on makes hashing consistent, and least-connections resets it") {
  const auto out = load_at("3.9", R"(
upstreams:
- {name: a, hash_on: header, hash_on_header: X-A, hash_fallback: cookie, hash_on_cookie: c}
- {name: b, algorithm: least-connections, hash_on: ip}
- {name: c, algorithm: consistent-hashing, hash_on: none}
)");
  REQUIRE_MESSAGE(out.loaded, out.all());
  const auto& u = out.config().upstreams;
  CHECK(u[0].algorithm == model::Algorithm::consistent_hashing);
  CHECK(u[0].hash.name == "X-A");
  CHECK(u[0].hash_fallback.on == model::HashOn::cookie);
  CHECK(u[0].hash_fallback.name == "c");
  CHECK(u[1].algorithm == model::Algorithm::least_connections);
  CHECK(u[1].hash.on == model::HashOn::none);
  CHECK(u[2].algorithm == model::Algorithm::round_robin);
}

TEST_CASE("a route's lists, headers and flags arrive as written, equal values once") {
  const auto out = load_at("3.9", R"(
routes:
- hosts: [A.test, "*.b.test"]
  methods: [GET, GET, POST]
  headers: {X-V: ["1", "2"]}
  protocols: [https]
  snis: [a.test]
  path_handling: v1
  preserve_host: true
  strip_path: false
  regex_priority: 7
  https_redirect_status_code: 301
  created_at: 5
)");
  REQUIRE_MESSAGE(out.loaded, out.all());
  const auto& r = out.config().routes[0];
  CHECK(r.hosts == std::vector<std::string>{"A.test", "*.b.test"});
  CHECK(r.methods == std::vector<std::string>{"GET", "POST"});
  REQUIRE(r.headers.size() == 1);
  CHECK(r.headers[0].first == "X-V");
  CHECK(r.headers[0].second == std::vector<std::string>{"1", "2"});
  CHECK(r.protocols == std::vector<model::Protocol>{model::Protocol::https});
  CHECK(r.path_handling == model::PathHandling::v1);
  CHECK(r.preserve_host);
  CHECK_FALSE(r.strip_path);
  CHECK(r.regex_priority == 7);
  CHECK(r.https_redirect_status_code == 301);
  CHECK(r.created_at == 5);
}

TEST_CASE("who an upstream may be is read at every level") {
  constexpr auto kConfig =
      "services: [{name: s, host: h, protocol: https, tls_sans: {uris: "
      "['spiffe:///ns/default/dc/dc1/svc/web'], dnsnames: [a.test, b.test]}}]\n";
  for (const char* level : {"2.0", "2.8", "3.9"}) {
    CAPTURE(level);
    const auto out = load_at(level, kConfig);
    REQUIRE_MESSAGE(out.loaded, out.all());
    const auto& service = out.config().services.at(0);
    CHECK(service.san_uris == std::vector<std::string>{"spiffe:///ns/default/dc/dc1/svc/web"});
    CHECK(service.san_dnsnames == std::vector<std::string>{"a.test", "b.test"});
  }
  CHECK(load_at("3.9", "services: [{name: s, url: 'https://h', tls_sans: null}]")
            .config()
            .services.at(0)
            .san_uris.empty());
}

TEST_CASE("a vault of the environment says what stands before its variables' names") {
  const auto out =
      load_at("3.9", "vaults: [{prefix: my-env, name: env, config: {prefix: SECRET_}}]\n");
  REQUIRE_MESSAGE(out.loaded, out.all());
  REQUIRE(out.config().vaults.size() == 1);
  CHECK(out.config().vaults[0].prefix == "my-env");
  CHECK(out.config().vaults[0].name == "env");
  CHECK(out.config().vaults[0].env_prefix == "SECRET_");
}
