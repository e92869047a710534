// Single fields and the rules between them, where the recordings do not reach.
#include <string>

#include <doctest/doctest.h>

#include "config/check_format.h"
#include "loading.h"

using namespace gw::config;
using testing::load_at;

TEST_CASE("every mistake is reported in one run, each at its own place") {
  const auto out = load_at("3.9", R"(services:
- name: web
  host: h
  port: "80"
  retires: 3
  routes:
  - name: r
    paths: [r]
    strip_path: "true"
)");
  CHECK(out.errors() ==
        "services[0].port: expected an integer\n"
        "services[0].retires: unknown field\n"
        "services[0].routes[0].paths[0]: should start with: / (fixed path) or ~/ (regex path)\n"
        "services[0].routes[0].strip_path: expected a boolean\n");
  const auto& all = out.diagnostics.all();
  REQUIRE(all.size() == 4);
  CHECK(all[0].where.line == 5);
  CHECK(all[0].where.column == 9);
  CHECK(all[0].suggestion == "write it without quotes: 80");
  CHECK(all[0].expected == "an integer from 0 to 65535");
  CHECK(all[1].where.line == 6);
  CHECK(all[1].where.column == 3);
  CHECK(all[1].suggestion == "retries");
  CHECK(all[2].where.line == 9);
  CHECK(all[2].where.column == 13);
}

TEST_CASE("rules between fields") {
  struct Row {
    const char* why;
    const char* level;
    const char* config;
    const char* errors;
  };
  for (const Row& row : {
           Row{"a consumer needs a name", "3.9", "consumers: [{tags: [a]}]",
               "consumers[0]: at least one of these fields must be non-empty: 'custom_id', "
               "'username'\n"},
           Row{"an upstream's name is no address", "3.9", "upstreams: [{name: 1.2.3.4}]",
               "upstreams[0].name: Invalid name ('1.2.3.4'); no ip addresses allowed\n"},
           Row{"hash_fallback goes with hash_on", "3.9",
               "upstreams: [{name: u, hash_fallback: ip}]",
               "upstreams[0].hash_fallback: expected one of: none\n"},
           Row{"two headers to hash on differ", "3.9",
               "upstreams: [{name: u, hash_on: header, hash_on_header: X, hash_fallback: header, "
               "hash_fallback_header: X}]",
               "upstreams[0]: values of these fields must be distinct: 'hash_on_header', "
               "'hash_fallback_header'\n"},
           Row{"health checks are checked inside", "3.9",
               "upstreams: [{name: u, healthchecks: {active: {healthy: {interval: -1}}, "
               "pasive: {}}}]",
               "upstreams[0].healthchecks.active.healthy.interval: value should be between 0 and "
               "65535\nupstreams[0].healthchecks.pasive: unknown field\n"},
           Row{"grpc routes keep their path", "3.9",
               "routes: [{protocols: [grpc], paths: [/a], strip_path: true}]",
               "routes[0].strip_path: cannot set 'strip_path' when 'protocols' is 'grpc' or "
               "'grpcs'\n"},
           Row{"snis need TLS", "3.9", "routes: [{protocols: [http], paths: [/a], snis: [a.b]}]",
               "routes[0].snis: 'snis' can only be set when 'protocols' is 'grpcs', 'https', "
               "'tls' or 'tls_passthrough'\n"},
           Row{"a port does not follow a wildcard at the end", "3.9",
               "routes: [{hosts: ['x.*:80', '*.x.y:80']}]",
               "routes[0].hosts[0]: invalid wildcard: must be placed at leftmost or rightmost "
               "label\n"},
           Row{"sync_rate needs redis", "3.9",
               "plugins: [{name: rate-limiting, config: {minute: 1, sync_rate: 1}}]",
               "plugins[0].config: sync_rate can only be used with the redis policy\n"},
           Row{"policy redis needs a host, by its new name", "3.6",
               "plugins: [{name: rate-limiting, config: {minute: 1, policy: redis}}]",
               "plugins[0].config.redis.host: required field missing\n"},
           Row{"both spellings with different values", "3.8",
               "plugins: [{name: rate-limiting, config: {minute: 1, policy: redis, "
               "redis_host: a, redis: {host: b}}}]",
               "plugins[0].config: both deprecated and new field are used but their values "
               "mismatch: redis_host vs redis.host\n"},
           Row{"consumer-rate-limiting needs a list", "3.9",
               "plugins: [{name: consumer-rate-limiting, config: {}}]",
               "plugins[0]: at least one of these fields must be non-empty: 'config.service', "
               "'config.route'\n"},
           Row{"authentication is nobody's own", "3.9",
               "consumers: [{username: a, plugins: [{name: key-auth}]}]",
               "consumers[0].plugins[0].consumer: value must be null\n"},
           Row{"an unknown plugin", "3.9", "plugins: [{name: rate-limitting}]",
               "plugins[0].name: plugin 'rate-limitting' not enabled; add it to the 'plugins' "
               "configuration property\n"},
           Row{"vaults come with 3.0", "2.8", "vaults: [{prefix: ab, name: env}]",
               "vaults: unknown field\n"},
           Row{"a vault's prefix", "3.9", "vaults: [{prefix: A, name: env}]",
               "vaults[0].prefix: invalid value: A\n"},
           Row{"a key that is no key", "3.9", "certificates: [{cert: x, key: y}]",
               "certificates[0].cert: invalid certificate: no start line\n"
               "certificates[0].key: invalid key: unsupported\n"},
           Row{"tls_sans needs TLS", "2.0", "services: [{host: h, tls_sans: {dnsnames: [a.test]}}]",
               "services[0].tls_sans: value must be null\n"},
           Row{"tls_sans names Connect services", "3.9",
               "services: [{url: 'https://h', tls_sans: {uris: ['spiffe://td/svc/web']}}]",
               "services[0].tls_sans.uris[0]: not the identity of a Connect service: the path has "
               "2 parts; expected "
               "spiffe://TRUST-DOMAIN/ns/NAMESPACE/dc/DATACENTER/svc/SERVICE (/ap/PARTITION "
               "before /ns)\n"},
           Row{"tls_sans has two lists", "3.9",
               "services: [{url: 'https://h', tls_sans: {uri: []}}]",
               "services[0].tls_sans.uri: unknown field\n"},
           Row{"a name of tls_sans is a host's", "3.9",
               "services: [{url: 'https://h', tls_sans: {dnsnames: ['192.0.2.1']}}]",
               "services[0].tls_sans.dnsnames[0]: must not be an IP\n"},
           Row{"tls_verify needs https", "3.9",
               "services: [{host: h, url: 'http://h', tls_verify: true}]",
               "services[0].tls_verify: value must be null\n"},
           Row{"an address of a url is checked", "3.9", "services: [{url: 'http://h:99999/a b'}]",
               "services[0].port: value should be between 0 and 65535\n"
               "services[0].path: invalid path: '/a b' (characters outside of the reserved list "
               "of RFC 3986 found)\n"},
           Row{"entities are records", "3.9", "services: [web]",
               "services[0]: expected a record\n"},
       }) {
    CAPTURE(row.why);
    CHECK(load_at(row.level, row.config).errors() == row.errors);
  }
}

TEST_CASE("hosts and ports are told apart") {
  struct Row {
    const char* text;
    const char* host;  // "" when it is refused
    int port;          // -1 when there is none
  };
  for (const Row& row :
       {Row{"a.test", "a.test", -1}, Row{"a.test:80", "a.test", 80},
        Row{"1.2.3.4:81", "1.2.3.4", 81}, Row{"::1", "::1", -1}, Row{"[::1]:82", "::1", 82},
        Row{"a b", "", -1}, Row{"a..b", "", -1}, Row{"a-", "", -1}, Row{"-a", "-a", -1},
        Row{"a:", "", -1}, Row{"a:65536", "", -1}, Row{"[a]", "", -1}, Row{"", "", -1}}) {
    CAPTURE(row.text);
    const auto parsed = parse_host_port(row.text);
    CHECK(parsed.has_value() == !std::string(row.host).empty());
    if (!parsed) continue;
    CHECK(parsed->host == row.host);
    CHECK(parsed->port.value_or(0) == (row.port < 0 ? 0 : row.port));
  }
}

TEST_CASE("a plugin that guards access and is not run is an error only where it would be run") {
  const std::string config =
      "_format_version: '3.0'\nplugins: [{name: jwt}, {name: cors}, {name: acl, enabled: false, "
      "config: {allow: [a]}}]\n";
  const auto validated = testing::load_text(config);
  CHECK(validated.loaded.has_value());
  REQUIRE(validated.find("GW1403") != nullptr);
  CHECK(validated.find("GW1403")->severity == Severity::warning);
  CHECK(validated.find("GW1402")->path == "plugins[1].name");

  LoadOptions options;
  options.refuse_unsupported_guards = true;
  const auto refused = testing::load_texts({config}, options);
  CHECK(refused.diagnostics.errors() == 1);
  CHECK(refused.find("GW1403")->path == "plugins[0].name");

  options.allow_unsupported = {"jwt"};
  CHECK(testing::load_texts({config}, options).loaded.has_value());
}

TEST_CASE("a reference to a vault passes where Kong looks it up later") {
  constexpr auto kConfig = "certificates: [{cert: '{vault://env/c}', key: '{vault://env/k}'}]\n";
  CHECK(load_at("3.9", kConfig).loaded.has_value());
  const auto old = load_at("2.8", kConfig);
  CHECK_FALSE(old.loaded.has_value());
  REQUIRE(old.find("GW1210") != nullptr);
  CHECK(old.find("GW1210")->suggestion == "Kong reads references to vaults from 3.0 on (--compat)");
}
