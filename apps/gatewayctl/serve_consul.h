// What a config takes from Consul, fetched and kept fresh while it is served: leaves and roots
// behind {vault://consul/...}, and the roots by which Connect upstreams are verified.
//
// What is not there yet holds nothing else up: its references stay as they are, services that need
// it answer 502, and the node is not ready. It comes into force by itself.
#pragma once

#include <atomic>
#include <memory>
#include <mutex>
#include <optional>
#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "consul/expiry.h"
#include "consul/fetch.h"
#include "consul/settings.h"
#include "consul/watch.h"
#include "model/entities.h"
#include "proxy/generation.h"
#include "proxy/log.h"
#include "proxy/references.h"

namespace gw::app {

class ServeConsul {
 public:
  // `clock` outlives this.
  explicit ServeConsul(const Clock& clock) : clock_(clock) {}
  ~ServeConsul();
  ServeConsul(const ServeConsul&) = delete;
  ServeConsul& operator=(const ServeConsul&) = delete;

  // Asks once for what is not known yet, for some seconds at most. Errors are those of CONSUL_*
  // variables only: an agent that cannot be asked may come later. From any thread.
  [[nodiscard]] Result<void> need(const proxy::ConsulNeeds& needs);
  // From now on just these are watched, and told of in `log`, which outlives this. From any thread.
  void watch(const proxy::ConsulNeeds& needs, proxy::Log& log);

  // The config with every reference resolved that can be, ready to be compiled. From any thread.
  [[nodiscard]] Result<void> resolve(model::Config& config, const proxy::TlsMaterial& tls) const;

  // Whether anything came since the last time. On the main thread.
  [[nodiscard]] bool take_news() { return news_.exchange(false); }
  // Tells what came since the last time, and of leaves that nobody renews. On the main thread.
  void tell(proxy::Log& log);
  // Why the node is not ready; nullopt: it has all that it needs.
  [[nodiscard]] std::optional<std::string> missing() const;

 private:
  using Known = std::shared_ptr<const consul::Certificates>;
  [[nodiscard]] Known known() const;
  [[nodiscard]] Known watched() const;
  [[nodiscard]] static Result<std::string> look_up(const Known& now,
                                                   const proxy::VaultReference& reference);
  void fetch_missing(const proxy::ConsulNeeds& needs);
  void merge(consul::Certificates fetched);

  const Clock& clock_;
  std::atomic<bool> news_{false};
  Known told_;
  consul::ExpiryNotices notices_;

  std::mutex asking_;  // one at a time asks, or replaces the watch
  mutable std::mutex mutex_;
  std::optional<consul::Settings> settings_;
  proxy::ConsulNeeds needs_;
  Known fetched_;  // until the watch knows better; of leaves that are not watched yet, too
  std::shared_ptr<consul::Watch> watch_;
};

// The config as it is served: resolved and compiled.
[[nodiscard]] Result<proxy::GenerationPtr> make_generation(model::Config config,
                                                           const gateway::Settings& decisions,
                                                           const proxy::TlsMaterial& tls,
                                                           const ServeConsul& consul);

}  // namespace gw::app
