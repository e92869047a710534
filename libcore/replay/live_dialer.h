// A node's connections to the stubs: the proxy's own dialer and pool, led to where they listen.
#pragma once

#include "net/buffer.h"
#include "proxy/dialer.h"
#include "replay/live_stubs.h"

namespace gw::replay {

class LiveDialer final : public proxy::Dialer {
 public:
  LiveDialer(LiveLoop& loop, net::Resolver& resolver, proxy::Log& log, LiveStubs& stubs)
      : stubs_(stubs), sockets_(loop.loop(), buffers_, resolver, log, {}) {}

  Connection idle(const gateway::Try& attempt, const proxy::ClientTlsPtr& tls) override;
  net::Task<Dialled> dial(gateway::Try attempt, proxy::ClientTlsPtr tls) override;
  void put(Connection connection) override { sockets_.put(std::move(connection)); }

 private:
  LiveStubs& stubs_;
  net::BufferPool buffers_;
  proxy::SocketDialer sockets_;
};

}  // namespace gw::replay
