// Sees what becomes of each request: for a replay, which reports what no client can see.
#pragma once

#include <span>

#include "gateway/exchange.h"
#include "limit/charge.h"

namespace gw::gateway {
struct Trace;
}

namespace gw::proxy {

// Called on the worker's thread. `client` is as the connection's PROXY header had it.
class Observer {
 public:
  Observer() = default;
  Observer(const Observer&) = delete;
  Observer& operator=(const Observer&) = delete;
  virtual ~Observer() = default;

  // Where the request's decisions are to be noted; nullptr: nowhere. Lives until ended().
  [[nodiscard]] virtual gateway::Trace* begun(const gateway::Peer& client) = 0;
  // Before the store is asked.
  virtual void counting(const gateway::Peer& client, std::span<const limit::Charge> charges) = 0;
  // The response has been written, or the client has gone.
  virtual void ended(const gateway::Peer& client, const gateway::Exchange& exchange) = 0;
};

}  // namespace gw::proxy
