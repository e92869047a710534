// Plugins as Kong configures them, checked and with defaults filled in.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <variant>
#include <vector>

#include "base/secret.h"
#include "base/uuid.h"
#include "model/period.h"

namespace gw::model {

enum class Policy : std::uint8_t { local, cluster, redis };
enum class LimitBy : std::uint8_t { consumer, credential, ip, service, header, path };

// Where counters of policy redis live (kong-behaviour.md 1.1); times in milliseconds.
struct RedisTarget {
  std::string host;
  std::uint16_t port = 6379;
  std::uint32_t timeout_ms = 2000;
  std::string username;
  Secret password;
  int database = 0;
  bool ssl = false;
  bool ssl_verify = false;
  std::string server_name;
};

// rate-limiting (kong-behaviour.md 1).
struct RateLimiting {
  Limits limits;
  LimitBy limit_by = LimitBy::consumer;
  std::string header_name;  // for LimitBy::header
  std::string path;         // for LimitBy::path
  Policy policy = Policy::local;
  bool fault_tolerant = true;
  bool hide_client_headers = false;
  RedisTarget redis;
  double error_code = 429;
  std::string error_message = "API rate limit exceeded";
  double sync_rate = -1;  // seconds; -1: synchronous
};

// consumer-rate-limiting (kong-behaviour.md 2).
struct ConsumerRateLimiting {
  struct Entry {
    std::string name;  // of a route or service, as written
    Limits limits;
  };
  std::vector<Entry> service;
  std::vector<Entry> route;
  Policy policy = Policy::local;
  bool fault_tolerant = true;
  bool hide_client_headers = false;
  RedisTarget redis;
};

// key-auth (kong-behaviour.md 3).
struct KeyAuth {
  std::vector<std::string> key_names{"apikey"};
  bool hide_credentials = false;
  std::string anonymous;  // consumer id or username; empty: none
  bool key_in_header = true;
  bool key_in_query = true;
  bool key_in_body = false;
  bool run_on_preflight = true;
  std::string realm;
};

// A plugin that Kong has and this program does not run.
struct NotRun {
  bool guards_access = false;
};

using PluginConfig = std::variant<NotRun, KeyAuth, RateLimiting, ConsumerRateLimiting>;

struct Plugin {
  Uuid id;
  std::string name;
  std::string instance_name;
  std::optional<Uuid> route;
  std::optional<Uuid> service;
  std::optional<Uuid> consumer;
  bool enabled = true;
  PluginConfig config;
};

}  // namespace gw::model
