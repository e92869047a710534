// The gateway as the Admin API sees it: its face, status, config and targets.
#pragma once

#include <atomic>
#include <optional>
#include <string>

#include "admin/live_node.h"
#include "base/clock.h"
#include "cli/parse.h"
#include "gateway/settings_server.h"
#include "proxy/log.h"
#include "proxy/server.h"
#include "serve_consul.h"
#include "serve_ready.h"
#include "serve_running.h"

namespace gw::app {

// What `/` shows of this process; no secrets.
[[nodiscard]] admin::NodeInfo describe_node(const gateway::ServerSettings& settings,
                                            const Listening& listening);

struct AdminNodeParts {
  const cli::Invocation& invocation;
  const Clock& clock;
  proxy::Server& server;
  Running& running;
  ServeConsul& consul;
  proxy::Log& log;
};

// Used from the Admin API's thread, but for drain().
class AdminNode final : public admin::LiveNode {
 public:
  // The parts outlive the node.
  AdminNode(const AdminNodeParts& parts, admin::NodeInfo info);

  // From now on the node is not ready. From any thread.
  void drain() { draining_.store(true); }

  [[nodiscard]] const admin::NodeInfo& info() const override { return info_; }
  [[nodiscard]] const Clock& clock() const override { return parts_.clock; }
  [[nodiscard]] admin::NodeStatus status() const override;
  [[nodiscard]] std::optional<std::string> not_ready() const override;
  [[nodiscard]] admin::CataloguePtr catalogue() const override;
  [[nodiscard]] config::LoadOptions load_options() const override;
  [[nodiscard]] Result<void> publish(admin::Candidate candidate) override;
  [[nodiscard]] admin::TargetHealth health(const Uuid& upstream, const Uuid& target) const override;
  [[nodiscard]] Result<void> mark(const Uuid& upstream, const Uuid& target, bool healthy) override;
  void audit(const admin::AuditEntry& entry) override;

 private:
  [[nodiscard]] std::optional<proxy::TargetOf> find(const Uuid& upstream, const Uuid& target) const;

  AdminNodeParts parts_;
  admin::NodeInfo info_;
  std::atomic<bool> draining_{false};
};

}  // namespace gw::app
