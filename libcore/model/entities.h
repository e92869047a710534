// Kong's entities as plain values (kong-behaviour.md 7.3), checked and with defaults filled in.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <utility>
#include <vector>

#include "base/secret.h"
#include "base/uuid.h"
#include "model/health.h"
#include "model/level.h"
#include "model/plugin.h"

namespace gw::model {

enum class Protocol : std::uint8_t { http, https, grpc, grpcs, tcp, tls, udp, tls_passthrough };

struct Service {
  Uuid id;
  std::string name;  // empty: unnamed
  Protocol protocol = Protocol::http;
  std::string host;
  std::uint16_t port = 80;
  std::string path;  // empty: none
  std::uint32_t retries = 5;
  std::uint32_t connect_timeout_ms = 60000;
  std::uint32_t write_timeout_ms = 60000;
  std::uint32_t read_timeout_ms = 60000;
  bool enabled = true;
  std::optional<Uuid> client_certificate;
  std::optional<bool> tls_verify;
  std::optional<int> tls_verify_depth;
  std::vector<Uuid> ca_certificates;
  // Who the upstream may be (tls_sans). A SPIFFE URI of a Connect service, whose trust domain may
  // be empty: that of the trusted CAs.
  std::vector<std::string> san_uris;
  std::vector<std::string> san_dnsnames;
};

enum class PathHandling : std::uint8_t { v0, v1 };

struct Route {
  Uuid id;
  std::string name;  // empty: unnamed
  std::vector<Protocol> protocols{Protocol::http, Protocol::https};
  std::vector<std::string> methods;
  std::vector<std::string> hosts;
  // As the file has them: at a 3.x level a regex begins with '~', at 2.x it is told by its letters.
  // Files of an older format are migrated while they are read.
  std::vector<std::string> paths;
  std::vector<std::pair<std::string, std::vector<std::string>>> headers;  // name, values
  std::vector<std::string> snis;
  std::uint16_t https_redirect_status_code = 426;
  std::int64_t regex_priority = 0;
  bool strip_path = true;
  PathHandling path_handling = PathHandling::v0;
  bool preserve_host = false;
  std::optional<Uuid> service;
  std::int64_t created_at = 0;  // seconds since the epoch; decides between equal routes
};

struct Consumer {
  Uuid id;
  std::string username;   // empty: none
  std::string custom_id;  // empty: none
};

struct KeyAuthCredential {
  Uuid id;
  Uuid consumer;
  Secret key;
};

struct Target {
  Uuid id;
  std::string host;
  std::uint16_t port = 8000;
  std::uint32_t weight = 100;
};

enum class Algorithm : std::uint8_t { round_robin, consistent_hashing, least_connections, latency };
enum class HashOn : std::uint8_t {
  none,
  consumer,
  ip,
  header,
  cookie,
  path,
  query_arg,
  uri_capture
};

// What a request is hashed on; `name` is that of the header, argument, capture or cookie.
struct HashInput {
  HashOn on = HashOn::none;
  std::string name;
};

struct Upstream {
  Uuid id;
  std::string name;
  Algorithm algorithm = Algorithm::round_robin;
  HashInput hash;
  HashInput hash_fallback;
  std::string hash_on_cookie_path = "/";
  std::uint32_t slots = 10000;
  std::string host_header;
  std::optional<Uuid> client_certificate;
  HealthChecks healthchecks;
  std::vector<Target> targets;
};

struct Certificate {
  Uuid id;
  std::string cert;  // PEM
  Secret key;        // PEM
  std::vector<std::string> snis;
};

struct CaCertificate {
  Uuid id;
  std::string cert;  // PEM
};

// Where {vault://PREFIX/...} references of the config are looked up.
struct Vault {
  Uuid id;
  std::string prefix;
  std::string name;        // its type: "env", "hcv", ...
  std::string env_prefix;  // config.prefix of an env vault: stands before every variable's name
};

// One whole configuration. Order is that of the file; ids are unique within a collection.
struct Config {
  Level level;
  std::vector<Service> services;
  std::vector<Route> routes;
  std::vector<Consumer> consumers;
  std::vector<KeyAuthCredential> keyauth_credentials;
  std::vector<Plugin> plugins;
  std::vector<Upstream> upstreams;
  std::vector<Certificate> certificates;
  std::vector<CaCertificate> ca_certificates;
  std::vector<Vault> vaults;
};

}  // namespace gw::model
