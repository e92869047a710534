#include <sys/socket.h>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <fmt/format.h>

#include "base/text.h"
#include "mesh/dial.h"
#include "mesh/sidecar_parts.h"

namespace gw::mesh {

class PublicListener::Connection {
 public:
  Connection(PublicListener& listener, net::Socket socket, const net::Address& peer)
      : listener_(listener),
        core_(listener.core_),
        peer_(peer.str()),
        stream_(core_.state.loop, std::move(socket)),
        in_(core_.buffers),
        application_(core_.state.loop, net::Socket(core_.state.loop.context())),
        application_in_(core_.buffers) {
    ++listener_.open_;
  }
  ~Connection() {
    --listener_.open_;
    if (listener_.running_.erase(this) > 0) --core_.counts.open;
  }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  net::Task<void> run() {
    const bool let_in = co_await admit();
    if (let_in) co_await forward();
    if (cut_) {
      application_.abort();
      stream_.abort();
    } else {
      co_await end_politely(stream_);
    }
  }

  void cut_if_denied() {
    if (cut_ || core_.state.intentions.decide(visitor_.source, core_.options.service).allowed) {
      return;
    }
    cut_ = true;
    ++core_.counts.cut;
    core_.report(
        fmt::format("cut {} of {}: an intention denies it now", peer_, printable(visitor_.source)));
    // The descriptors stay until nobody waits on them: what waits ends of itself.
    for (net::Stream* const side : {&stream_, &application_}) {
      if (side->is_open()) ::shutdown(side->socket().native_handle(), SHUT_RDWR);
    }
  }

 private:
  // Whether the connection may go on; else it was counted and reported.
  net::Task<bool> admit() {
    auto session = core_.tls.accept(visitor_);
    if (!session) co_return refuse(session.error().message);
    stream_.read_by(core_.state.loop.now().steady + core_.options.handshake_time);
    const net::Io io = co_await stream_.handshake(std::move(*session), core_.buffers);
    stream_.read_by(net::Stream::kNever);
    if (!io.ok() && visitor_.denied) co_return deny("within the handshake");
    if (!io.ok()) {
      co_return refuse(visitor_.problem.empty() ? "TLS failed: " + stream_.tls_failure()
                                                : visitor_.problem);
    }
    // Also for Denial::alert: the intention may be younger than the handshake.
    const Decision decision = core_.state.intentions.decide(visitor_.source, core_.options.service);
    if (!decision.allowed) {
      co_return deny(decision.by != nullptr ? decision.by->str() : "the default");
    }
    ++core_.counts.accepted;
    ++core_.counts.open;
    listener_.running_.insert(this);
    co_return true;
  }

  bool refuse(std::string_view why) {
    ++core_.counts.refused;
    core_.report(fmt::format("refused {}: {}", peer_, why));
    return false;
  }

  bool deny(std::string_view by) {
    ++core_.counts.denied;
    core_.report(fmt::format("denied {} of {}: {}", peer_, printable(visitor_.source), by));
    return false;
  }

  net::Task<void> forward() {
    const net::Address& to = core_.options.application;
    const auto failure =
        co_await dial(application_, to, core_.state.loop.now().steady + kConnectTime);
    if (failure) {
      const bool late = failure == boost::asio::error::operation_aborted;
      core_.report(fmt::format("the application at {} cannot be reached: {}", to.str(),
                               late ? "timed out" : failure.message()));
      co_return;
    }
    if (cut_) co_return;
    const auto moved =
        co_await net::tunnel(stream_, in_, application_, application_in_, kTunnelIdle);
    static_cast<void>(moved);
    if (!cut_) co_await end_politely(application_);
  }

  PublicListener& listener_;
  SidecarCore& core_;
  std::string peer_;
  Visitor visitor_;  // outlives the handshake's session
  net::Stream stream_;
  net::Buffer in_;
  net::Stream application_;
  net::Buffer application_in_;
  bool cut_ = false;
};

PublicListener::PublicListener(SidecarCore& core, int descriptor)
    : core_(core),
      listener_(core.state.loop, descriptor, [this](net::Socket socket, const net::Address& peer) {
        if (open_ >= core_.options.connections) {
          core_.report(fmt::format("closed {}: there are {} connections", peer.str(), open_));
          return;
        }
        auto connection = std::make_shared<Connection>(*this, std::move(socket), peer);
        boost::asio::co_spawn(
            core_.state.loop.executor(), connection->run(),
            [connection](const std::exception_ptr&) { static_cast<void>(connection); });
      }) {}

PublicListener::~PublicListener() = default;

void PublicListener::cut_denied() {
  for (Connection* const connection : running_) connection->cut_if_denied();
}

}  // namespace gw::mesh
