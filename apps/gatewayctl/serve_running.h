// The config in force, shared by the two threads that may replace it: the main one (SIGHUP) and
// that of the Admin API (POST /config). Whoever comes last wins, and nothing is half replaced.
#pragma once

#include <mutex>

#include "admin/catalogue.h"
#include "base/result.h"
#include "gateway/settings.h"
#include "proxy/generation.h"
#include "proxy/server.h"
#include "serve_plan.h"

namespace gw::app {

// What belongs to a generation and is not in it.
struct RunningParts {
  admin::CataloguePtr catalogue;  // nullptr where there is no Admin API
  gateway::Settings decisions;
  proxy::TlsMaterial tls;
};

class Running {
 public:
  // `server` outlives this.
  Running(proxy::Server& server, RunningParts parts);

  [[nodiscard]] admin::CataloguePtr catalogue() const;
  [[nodiscard]] proxy::GenerationPtr generation() const;
  // On the main thread, which alone replaces it.
  [[nodiscard]] const proxy::TlsMaterial& tls() const { return parts_.tls; }

  // Another config by the settings in force; an Error says why it cannot be, and nothing changes.
  [[nodiscard]] Result<void> publish(admin::Candidate candidate);
  // Everything anew; on the main thread.
  void replace(proxy::GenerationPtr generation, RunningParts parts);

 private:
  proxy::Server& server_;
  mutable std::mutex mutex_;
  RunningParts parts_;
};

}  // namespace gw::app
