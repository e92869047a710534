#include "serve_running.h"

#include <utility>

namespace gw::app {

Running::Running(proxy::Server& server, RunningParts parts)
    : server_(server), parts_(std::move(parts)) {}

admin::CataloguePtr Running::catalogue() const {
  const std::lock_guard lock(mutex_);
  return parts_.catalogue;
}

proxy::GenerationPtr Running::generation() const {
  const std::lock_guard lock(mutex_);
  return server_.generation();
}

// Compiled under the lock: a reload meanwhile would bring other settings than those compiled by.
Result<void> Running::publish(admin::Candidate candidate) {
  const std::lock_guard lock(mutex_);
  auto made = proxy::make_generation(std::move(candidate.config), parts_.decisions, parts_.tls);
  if (!made) return std::unexpected(std::move(made.error()));
  server_.reload(std::move(*made));
  parts_.catalogue = std::move(candidate.catalogue);
  return {};
}

void Running::replace(proxy::GenerationPtr generation, RunningParts parts) {
  const std::lock_guard lock(mutex_);
  server_.reload(std::move(generation));
  parts_ = std::move(parts);
}

}  // namespace gw::app
