// The real proxy in a test bench: nodes, clients and stub upstreams on one loop in virtual time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>

#include "base/clock.h"
#include "base/result.h"
#include "base/rng.h"
#include "gateway/settings_server.h"
#include "gateway/snapshot.h"
#include "net/client_tls.h"
#include "net/resolver.h"
#include "net/server_tls.h"
#include "net/ticket_keys.h"
#include "proxy/generation.h"
#include "proxy/log.h"
#include "replay/live_client.h"
#include "replay/live_loop.h"
#include "replay/live_node.h"
#include "replay/live_stubs.h"

namespace gw::replay {

// What a LiveGateway is put into; what it refers to outlives the gateway.
struct LiveBench {
  WallTime start;
  LiveStubs::Source stubs;
  // Of a node, from 1; asked for once.
  std::function<std::unique_ptr<proxy::Counters>(std::uint32_t node)> counters;
  Rng ids{1};  // of the nodes' requests
  // The ports that clients mean, whatever the sockets are.
  std::uint16_t http_port = 8000;
  std::uint16_t https_port = 8443;
};

class LiveGateway {
 public:
  [[nodiscard]] static Result<std::unique_ptr<LiveGateway>> make(LiveBench bench,
                                                                 gateway::SnapshotPtr snapshot);
  // Ends every connection.
  ~LiveGateway();
  LiveGateway(const LiveGateway&) = delete;
  LiveGateway& operator=(const LiveGateway&) = delete;

  // New requests go by `snapshot`. An Error: its certificates cannot be used.
  [[nodiscard]] Result<void> adopt(gateway::SnapshotPtr snapshot);
  // Where a node listens on 127.0.0.1.
  [[nodiscard]] Result<std::uint16_t> port_of(std::uint32_t node, gateway::Scheme scheme);
  // Requests that may be under way at once: each takes four descriptors.
  [[nodiscard]] static std::size_t capacity();

  [[nodiscard]] LiveLoop& loop() { return loop_; }
  [[nodiscard]] LiveStubs& stubs() { return *stubs_; }
  [[nodiscard]] LiveClient& client() { return *client_; }

 private:
  explicit LiveGateway(LiveBench bench);
  [[nodiscard]] Result<void> set_up();
  [[nodiscard]] LiveNode& node(std::uint32_t number);

  LiveBench bench_;
  gateway::ServerSettings settings_;
  LiveLoop loop_;
  net::KeyPairPtr key_pair_;  // of the listeners and of the stubs
  std::shared_ptr<net::TicketKeys> tickets_;
  proxy::ClientTlsPtr trusting_;
  std::unique_ptr<proxy::Log> log_;
  std::unique_ptr<net::Resolver> resolver_;
  std::unique_ptr<LiveStubs> stubs_;
  std::unique_ptr<LiveClient> client_;
  proxy::GenerationPtr generation_;
  std::map<std::uint32_t, LiveNode> nodes_;
};

}  // namespace gw::replay
