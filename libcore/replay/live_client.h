// The clients of a live replay: their connections to the gateway, kept for the next request.
//
// Each connection tells the gateway its client's address by the PROXY protocol, with a port of its
// own: by that port the gateway's decisions find their way back to the request.
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/ip.h"
#include "net/buffer.h"
#include "net/client_tls.h"
#include "net/stream.h"
#include "proxy/observer.h"
#include "replay/live_loop.h"

namespace gw::replay {

class LiveTrip;

// What makes two connections interchangeable.
struct LiveClientKey {
  std::uint16_t port = 0;  // the listener's, on 127.0.0.1
  IpAddress ip;            // the client's, as the scenario has it
  bool tls = false;
  std::string sni;

  friend bool operator==(const LiveClientKey&, const LiveClientKey&) = default;
};

class LiveClient final : public proxy::Observer {
 public:
  explicit LiveClient(LiveLoop& loop, std::shared_ptr<const net::ClientTls> tls)
      : loop_(loop), tls_(std::move(tls)) {}

  class Connection {
   public:
    Connection(LiveClient& client, LiveClientKey key);
    ~Connection();
    Connection(const Connection&) = delete;
    Connection& operator=(const Connection&) = delete;

    // Connects, and says who it is. Empty, or why not.
    [[nodiscard]] net::Task<std::string> open();
    [[nodiscard]] const LiveClientKey& key() const { return key_; }
    void carries(LiveTrip* trip) { client_.trips_[port_] = trip; }

    net::Stream stream;
    net::Buffer in;

   private:
    LiveClient& client_;
    LiveClientKey key_;
    std::uint16_t port_;  // that it claims to come from
  };
  using ConnectionPtr = std::unique_ptr<Connection>;

  // One that is as it was left; nullptr: none.
  [[nodiscard]] ConnectionPtr idle(const LiveClientKey& key);
  [[nodiscard]] ConnectionPtr make(const LiveClientKey& key);
  // Back from a request that left it usable.
  void put(ConnectionPtr connection);
  void close() { idle_.clear(); }

  gateway::Trace* begun(const gateway::Peer& client) override;
  void counting(const gateway::Peer& client, std::span<const limit::Charge> charges) override;
  void ended(const gateway::Peer& client, const gateway::Exchange& exchange) override;

 private:
  [[nodiscard]] std::uint16_t take_port();
  [[nodiscard]] LiveTrip* trip_of(const gateway::Peer& client) const;

  LiveLoop& loop_;
  std::shared_ptr<const net::ClientTls> tls_;
  net::BufferPool buffers_;
  std::unordered_map<std::uint16_t, LiveTrip*> trips_;  // by port; nullptr: an idle connection
  std::uint16_t last_port_ = 1023;
  std::vector<ConnectionPtr> idle_;  // the one used last is last
};

}  // namespace gw::replay
