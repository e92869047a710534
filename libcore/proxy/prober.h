// Active health checks: makes the probes that the balancers want and hands back what they showed.
#pragma once

#include <memory>
#include <optional>

#include "gateway/balancer.h"
#include "net/loop.h"
#include "proxy/dialer.h"

namespace gw::proxy {

// On one worker of a process.
class Prober {
 public:
  Prober(net::Loop& loop, Dialer& dialer, gateway::Balancers& balancers);
  ~Prober();
  Prober(const Prober&) = delete;
  Prober& operator=(const Prober&) = delete;

  // After whatever may have changed when the next check is due.
  void rearm();
  // No more checks; those under way go on.
  void stop();
  [[nodiscard]] bool is_idle() const { return under_way_ == 0; }

 private:
  void run_due();
  net::Task<void> run(gateway::Probe probe);
  net::Task<gateway::ProbeOutcome> make(const gateway::Probe& probe);
  [[nodiscard]] ClientTlsPtr tls_for(const gateway::Probe& probe);

  net::Loop& loop_;
  Dialer& dialer_;
  gateway::Balancers& balancers_;
  ClientTlsPtr verifying_;
  ClientTlsPtr trusting_;
  std::optional<Timers::Id> alarm_;
  std::size_t under_way_ = 0;
  bool stopped_ = false;
};

}  // namespace gw::proxy
