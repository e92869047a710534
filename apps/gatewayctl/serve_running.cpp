#include "serve_running.h"

#include <utility>

namespace gw::app {

Running::Running(proxy::Server& server, RunningParts parts, ServeConsul& consul, proxy::Log& log)
    : server_(server), parts_(std::move(parts)), consul_(consul), log_(log) {
  consul_.watch(parts_.needs, log_);
}

Running::~Running() {
  consul_.watch({}, log_);
}

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
  const bool trusts_others = [this] {
    const std::lock_guard lock(mutex_);
    return !parts_.tls.trusted.empty();
  }();
  proxy::ConsulNeeds needs = proxy::consul_needs(candidate.config, trusts_others);
  if (auto asked = consul_.need(needs); !asked) return asked;
  const std::lock_guard lock(mutex_);
  std::optional<model::Config> unresolved;
  if (needs.any()) unresolved = candidate.config;
  auto made = make_generation(std::move(candidate.config), parts_.decisions, parts_.tls, consul_);
  if (!made) return std::unexpected(std::move(made.error()));
  server_.reload(std::move(*made));
  parts_.catalogue = std::move(candidate.catalogue);
  parts_.needs = std::move(needs);
  parts_.unresolved = std::move(unresolved);
  consul_.watch(parts_.needs, log_);
  return {};
}

void Running::replace(proxy::GenerationPtr generation, RunningParts parts) {
  const std::lock_guard lock(mutex_);
  server_.reload(std::move(generation));
  parts_ = std::move(parts);
  consul_.watch(parts_.needs, log_);
}

Result<void> Running::refresh() {
  const std::lock_guard lock(mutex_);
  if (!parts_.unresolved) return {};
  auto made = make_generation(*parts_.unresolved, parts_.decisions, parts_.tls, consul_);
  if (!made) return std::unexpected(std::move(made.error()));
  server_.reload(std::move(*made));
  return {};
}

}  // namespace gw::app
