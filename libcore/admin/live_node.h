// What the Admin API asks of the gateway that it is the face of: implemented by the server, and by
// a fake in tests.
//
// Called by one thread at a time. Nothing here throws.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "admin/catalogue.h"
#include "base/clock.h"
#include "base/result.h"
#include "base/uuid.h"
#include "config/load.h"

namespace gw::admin {

// What does not change while the node runs.
struct NodeInfo {
  std::string hostname;
  Uuid id;
  std::uint32_t pid = 0;
  std::string program;  // "gatewayctl 1.2.0"
  std::vector<std::string> proxy_listen;
  std::vector<std::string> admin_listen;
  // Further settings by Kong's names, as `/` shows them. No secrets.
  std::vector<std::pair<std::string, std::string>> settings;
  // Host names besides loopback ones and addresses that requests may name (without port).
  std::vector<std::string> allowed_hosts;
  // Origins of web pages that may call ("https://manager.example"); "*" for any.
  std::vector<std::string> allowed_origins;
  bool shows_secrets = false;  // as Kong does; else they are masked
};

struct NodeStatus {
  std::uint64_t connections_accepted = 0;
  std::uint64_t connections_active = 0;
  std::uint64_t connections_handled = 0;
  std::uint64_t connections_reading = 0;
  std::uint64_t connections_writing = 0;
  std::uint64_t connections_waiting = 0;
  std::uint64_t total_requests = 0;
  std::uint64_t resident_bytes = 0;
};

enum class TargetHealth : std::uint8_t { healthchecks_off, healthy, unhealthy, dns_error };

// Who wanted to change what, and what came of it. No secrets; lives for the call alone.
struct AuditEntry {
  std::string_view peer;
  std::string_view method;
  std::string_view endpoint;  // not which entity: names in paths may be API keys
  std::uint16_t status = 0;
  std::string_view config;  // hash of the running config, and of the one before
  std::string_view was;
};

class LiveNode {
 public:
  LiveNode() = default;
  LiveNode(const LiveNode&) = delete;
  LiveNode& operator=(const LiveNode&) = delete;
  virtual ~LiveNode() = default;

  [[nodiscard]] virtual const NodeInfo& info() const = 0;
  [[nodiscard]] virtual const Clock& clock() const = 0;
  [[nodiscard]] virtual NodeStatus status() const = 0;
  // Why the node should get no traffic; nullopt when it is ready.
  [[nodiscard]] virtual std::optional<std::string> not_ready() const = 0;

  // Of the running config; never null (Catalogue::empty() before the first one).
  [[nodiscard]] virtual CataloguePtr catalogue() const = 0;
  // How an uploaded config is to be read: the compat level, which plugins may be left out, ...
  [[nodiscard]] virtual config::LoadOptions load_options() const = 0;
  // Compiles and swaps the whole config, or changes nothing and says why.
  [[nodiscard]] virtual Result<void> publish(Candidate candidate) = 0;

  [[nodiscard]] virtual TargetHealth health(const Uuid& upstream, const Uuid& target) const = 0;
  // Marks a target by hand; an Error when its upstream has no health checks.
  [[nodiscard]] virtual Result<void> mark(const Uuid& upstream, const Uuid& target,
                                          bool healthy) = 0;

  // Every write, accepted or refused.
  virtual void audit(const AuditEntry& entry) = 0;
};

}  // namespace gw::admin
