// The running gateway as an operator meets it: started, reloaded, drained; its logs and its word to
// systemd.
#pragma once

#include <memory>
#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "cli/parse.h"
#include "proxy/access_log.h"
#include "proxy/log.h"
#include "proxy/server.h"
#include "ready_file.h"
#include "serve_admin.h"
#include "serve_admin_listener.h"
#include "serve_consul.h"
#include "serve_plan.h"
#include "serve_ready.h"
#include "serve_running.h"
#include "signals.h"

namespace gw::app {

// Used from one thread.
class ServeNode {
 public:
  // All of them outlive the node.
  ServeNode(const cli::Invocation& invocation, const Clock& clock, ServeConsul& consul);

  // Everything listens afterwards, or nothing does and the Error says why. `inputs` holds warnings.
  [[nodiscard]] Result<void> start(ServePlan plan, const Inputs& inputs);
  // Config, settings and certificates anew; where anything is wrong, the old ones stay.
  void reload();
  void reopen_logs();
  // What has to be done now and then; called at least every second.
  void tend();
  // Ends when no request is left, when the time for that is over, or at a second word to stop.
  void drain(const Signals& signals);

 private:
  [[nodiscard]] Result<void> open_logs(const gateway::ServerSettings& settings);
  [[nodiscard]] Result<void> bind_admin(const gateway::ServerSettings& settings);
  void start_admin(std::shared_ptr<const net::ServerTls> tls);
  [[nodiscard]] std::optional<ServePlan> plan_anew(Inputs& inputs);
  [[nodiscard]] Listening listening() const;
  void warn_of_settings(const gateway::ServerSettings& settings);
  void warn_of_restart(const gateway::ServerSettings& wanted);
  void adopt(ServePlan plan);
  void tend_consul();
  void tell_started();

  const cli::Invocation& invocation_;
  const Clock& clock_;
  ServeConsul& consul_;
  ReadyFile ready_file_;
  gateway::ServerSettings settings_;
  std::unique_ptr<proxy::Log> log_;
  std::unique_ptr<proxy::AccessLog> access_log_;
  std::unique_ptr<proxy::AccessLog> admin_access_log_;
  std::unique_ptr<proxy::Server> server_;
  std::unique_ptr<Running> running_;
  std::unique_ptr<AdminNode> admin_node_;
  std::unique_ptr<AdminListener> admin_;  // nullptr: no Admin API. Last: it uses the others
  SteadyTime tickets_due_{};
};

}  // namespace gw::app
