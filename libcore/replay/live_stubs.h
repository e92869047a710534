// Stub upstreams on real loopback sockets: one listener for each address that the gateway dials.
#pragma once

#include <cstdint>
#include <expected>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <set>
#include <string>
#include <unordered_map>
#include <vector>

#include "gateway/exchange.h"
#include "net/buffer.h"
#include "net/listener.h"
#include "net/server_tls.h"
#include "replay/live_loop.h"
#include "replay/scenario.h"

namespace gw::replay {

// What the gateway means to reach.
struct LiveTarget {
  std::string host;
  std::uint16_t port = 0;
  std::string service;
  bool tls = false;

  friend auto operator<=>(const LiveTarget&, const LiveTarget&) = default;
};

// A connection as its two ends share it. A stub's waiting counts for as long as the gateway has not
// let go of its end, whether or not the news has arrived.
class LiveLine {
 public:
  explicit LiveLine(LiveLoop& loop) : loop_(loop) {}

  void hold() {
    if (!dropped_) held_.emplace(loop_.held());
  }
  void release() { held_.reset(); }
  void drop() {
    dropped_ = true;
    held_.reset();
  }

 private:
  LiveLoop& loop_;
  bool dropped_ = false;
  std::optional<LiveLoop::Mark> held_;
};
using LiveLinePtr = std::shared_ptr<LiveLine>;

class LiveStubs {
 public:
  class Connection;  // live_stub_connection.h

  // How a target behaves at `now`; `request` is nullptr while a connection is asked for. Lives
  // until the next call.
  using Source = std::function<const Stub&(const LiveTarget& target, const UpstreamRequest* request,
                                           WallTime now)>;

  // `tls`: what a target shows that is dialled with TLS.
  LiveStubs(LiveLoop& loop, Source source, std::shared_ptr<const net::ServerTls> tls);
  ~LiveStubs();
  LiveStubs(const LiveStubs&) = delete;
  LiveStubs& operator=(const LiveStubs&) = delete;

  // Where the target listens: a port on 127.0.0.1, at which nobody may be.
  [[nodiscard]] std::expected<std::uint16_t, gateway::AttemptError> port_of(
      const LiveTarget& target);
  // Whether a new connection would be taken.
  [[nodiscard]] bool takes_connections(const LiveTarget& target);
  // The line of a connection that comes from this local port.
  [[nodiscard]] LiveLinePtr line(std::uint16_t port);
  // The last request that a stub has seen whole; nullopt since the last call: none.
  [[nodiscard]] std::optional<UpstreamRequest> take_seen();
  // What intentions had to say to it.
  [[nodiscard]] std::vector<std::string> take_because();
  // Closes everything; what still waits ends as the loop runs on.
  void close();
  [[nodiscard]] bool is_idle() const { return connections_.empty(); }

 private:
  struct Place {
    std::uint16_t port = 0;
    std::unique_ptr<net::Listener> listener;
  };
  [[nodiscard]] std::uint16_t closed_port();
  [[nodiscard]] const Stub& stub(const LiveTarget& target, const UpstreamRequest* request);
  void accept(net::Socket socket, std::uint16_t port, const LiveTarget& target);

  LiveLoop& loop_;
  Source source_;
  std::shared_ptr<const net::ServerTls> tls_;
  net::BufferPool buffers_;
  std::map<LiveTarget, Place> places_;
  std::unordered_map<std::uint16_t, std::weak_ptr<LiveLine>> lines_;
  std::set<Connection*> connections_;
  std::optional<UpstreamRequest> seen_;
  std::vector<std::string> because_;
  int closed_ = -1;  // a bound socket that does not listen: what is dialled there is refused
};

}  // namespace gw::replay
