// When a target of an upstream is fit to be used: Kong's healthchecks as values
// (kong-behaviour.md 6.4; lua-resty-healthcheck, which Kong 2.0 to 3.9 run).
#pragma once

#include <cstdint>
#include <string>
#include <utility>
#include <vector>

namespace gw::model {

enum class CheckType : std::uint8_t { http, https, tcp, grpc, grpcs };

// What turns a target healthy or unhealthy. A threshold of 0 never does.
struct HealthRules {
  std::uint32_t successes = 0;
  std::uint32_t http_failures = 0;
  std::uint32_t tcp_failures = 0;
  std::uint32_t timeouts = 0;
  std::vector<std::uint16_t> healthy_statuses;
  std::vector<std::uint16_t> unhealthy_statuses;
};

// Requests or connections that the gateway makes on its own.
struct ActiveCheck {
  HealthRules rules;
  CheckType type = CheckType::http;
  double timeout = 1;             // seconds
  double healthy_interval = 0;    // seconds between checks of a healthy target; 0: none
  double unhealthy_interval = 0;  // of an unhealthy one
  std::uint32_t concurrency = 10;
  std::string http_path = "/";
  std::string https_sni;  // empty: the target's name
  bool https_verify_certificate = true;
  std::vector<std::pair<std::string, std::vector<std::string>>> headers;  // name, values
};

struct HealthChecks {
  HealthRules passive;
  ActiveCheck active;
  double threshold = 0;  // percent of healthy weight below which the upstream as a whole is down
};

// Whether any of it can ever turn a target unhealthy or check it.
[[nodiscard]] inline bool is_used(const HealthChecks& checks) {
  const HealthRules& passive = checks.passive;
  return checks.active.healthy_interval > 0 || checks.active.unhealthy_interval > 0 ||
         passive.http_failures > 0 || passive.tcp_failures > 0 || passive.timeouts > 0;
}

}  // namespace gw::model
