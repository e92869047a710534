// The config in force, shared by the two threads that may replace it: the main one (SIGHUP) and
// that of the Admin API (POST /config). Whoever comes last wins, and nothing is half replaced.
#pragma once

#include <mutex>
#include <optional>

#include "admin/catalogue.h"
#include "base/result.h"
#include "gateway/settings.h"
#include "proxy/generation.h"
#include "proxy/references.h"
#include "proxy/server.h"
#include "serve_consul.h"
#include "serve_plan.h"

namespace gw::app {

// What belongs to a generation and is not in it.
struct RunningParts {
  admin::CataloguePtr catalogue;  // nullptr where there is no Admin API
  gateway::Settings decisions;
  proxy::TlsMaterial tls;
  proxy::ConsulNeeds needs;
  std::optional<model::Config> unresolved;  // where it needs something of Consul
};

class Running {
 public:
  // All of them outlive this.
  Running(proxy::Server& server, RunningParts parts, ServeConsul& consul, proxy::Log& log);
  ~Running();  // nothing is watched any more
  Running(const Running&) = delete;
  Running& operator=(const Running&) = delete;

  [[nodiscard]] admin::CataloguePtr catalogue() const;
  [[nodiscard]] proxy::GenerationPtr generation() const;
  // On the main thread, which alone replaces it.
  [[nodiscard]] const proxy::TlsMaterial& tls() const { return parts_.tls; }

  // Another config by the settings in force; an Error says why it cannot be, and nothing changes.
  // The catalogue keeps references as they stand.
  [[nodiscard]] Result<void> publish(admin::Candidate candidate);
  // Everything anew; on the main thread.
  void replace(proxy::GenerationPtr generation, RunningParts parts);
  // The same config with what Consul says now; an Error says why that cannot be served.
  [[nodiscard]] Result<void> refresh();

 private:
  proxy::Server& server_;
  mutable std::mutex mutex_;
  RunningParts parts_;
  ServeConsul& consul_;
  proxy::Log& log_;
};

}  // namespace gw::app
