// The command of `certs fetch --exec`: run after every change, watched, killed when it takes too
// long, and run again when it failed.
#pragma once

#include <chrono>
#include <optional>

#include "base/child.h"
#include "base/clock.h"
#include "base/rng.h"
#include "certs_plan.h"
#include "consul/pace.h"
#include "proxy/log.h"

namespace gw::app {

// Its environment is PATH, HOME, LANG, GATEWAYCTL_SERVICES (names, by spaces) and GATEWAYCTL_OUT;
// nothing of Consul's is in it. What still runs when this object goes is killed.
class Hook {
 public:
  // All of them outlive the hook.
  Hook(const CertsPlan& plan, const Clock& clock, proxy::Log& log)
      : plan_(plan), clock_(clock), log_(log) {}

  // Now, or once the run before has ended.
  void run();
  [[nodiscard]] bool is_running() const { return child_.has_value(); }
  // Whether the last run ended well.
  [[nodiscard]] bool is_well() const { return well_; }
  // Notices what has ended or takes too long, and tries again in its time what failed.
  void tend();

 private:
  void start();
  void report(std::optional<int> status);
  void try_later();

  const CertsPlan& plan_;
  const Clock& clock_;
  proxy::Log& log_;
  std::optional<Child> child_;
  SteadyTime began_{};
  bool again_ = false;
  bool well_ = true;
  std::optional<SteadyTime> retry_at_;  // of what failed
  consul::Backoff after_failure_{std::chrono::seconds(1), std::chrono::minutes(1)};
  Rng rng_{random_seed()};
};

}  // namespace gw::app
