// One node of the simulated gateway as the real proxy: a worker with its listeners and counters.
#pragma once

#include <cstdint>
#include <memory>
#include <optional>

#include "base/result.h"
#include "gateway/exchange.h"
#include "gateway/settings_server.h"
#include "proxy/counters.h"
#include "proxy/worker.h"
#include "replay/live_dialer.h"
#include "replay/live_loop.h"

namespace gw::replay {

// What the nodes of a gateway share; outlives them.
struct LiveSurroundings {
  LiveLoop& loop;
  net::Resolver& resolver;
  LiveStubs& stubs;
  proxy::Observer& observer;
  proxy::Log& log;
  const Clock& clock;
  const gateway::ServerSettings& settings;
};

class LiveNode {
 public:
  LiveNode(const LiveSurroundings& around, std::unique_ptr<proxy::Counters> counters,
           proxy::GenerationPtr generation);

  // Where it listens on 127.0.0.1 for what a client would send to `traits.port`. Clients have to
  // say who they are by the PROXY protocol.
  [[nodiscard]] Result<std::uint16_t> listen(const proxy::ListenerTraits& traits);
  [[nodiscard]] proxy::Worker& worker() { return *worker_; }

 private:
  std::unique_ptr<proxy::Counters> counters_;
  proxy::Shared shared_;
  LiveDialer dialer_;
  std::unique_ptr<proxy::Worker> worker_;
  std::optional<std::uint16_t> plain_, secure_;
};

}  // namespace gw::replay
