#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <fmt/format.h>

#include "mesh/dial.h"
#include "mesh/sidecar_parts.h"

namespace gw::mesh {

class UpstreamListener::Connection {
 public:
  Connection(UpstreamListener& listener, net::Socket socket)
      : listener_(listener),
        core_(listener.core_),
        local_(core_.state.loop, std::move(socket)),
        local_in_(core_.buffers),
        remote_(core_.state.loop, net::Socket(core_.state.loop.context())),
        remote_in_(core_.buffers) {
    ++listener_.open_;
  }
  ~Connection() { --listener_.open_; }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  // Whatever goes wrong, the application sees the end of the connection, not a reset.
  net::Task<void> run() {
    ++core_.counts.dialled;
    std::string problem = co_await reach();
    if (problem.empty()) {
      std::string broken = co_await forward();
      problem = std::move(broken);
    }
    if (!problem.empty()) {
      ++core_.counts.failed;
      core_.report(fmt::format("to {}: {}", listener_.destination_, problem));
    }
    co_await end_politely(local_);
  }

 private:
  // Empty: TLS with the destination's sidecar stands.
  net::Task<std::string> reach() {
    const auto to = core_.state.catalog.pick_sidecar(listener_.destination_);
    if (!to) co_return std::string("the catalog has no sidecar of it that passes its checks");
    net::Loop& loop = core_.state.loop;
    const auto failure = co_await dial(remote_, *to, loop.now().steady + kConnectTime);
    if (failure) {
      const bool late = failure == boost::asio::error::operation_aborted;
      co_return fmt::format("its sidecar at {} cannot be reached: {}", to->str(),
                            late ? "timed out" : failure.message());
    }
    auto session = core_.tls.dial(listener_.destination_, *to);
    if (!session) co_return session.error().message;
    remote_.read_by(loop.now().steady + core_.options.handshake_time);
    const net::Io io = co_await remote_.handshake(std::move(*session), core_.buffers);
    remote_.read_by(net::Stream::kNever);
    if (io.ok()) co_return std::string();
    const std::string why = net::verify_failure(remote_.ssl());
    co_return fmt::format("its sidecar at {}: TLS failed: {}", to->str(),
                          why.empty() ? remote_.tls_failure() : why);
  }

  // Empty: the destination has sent something, or was asked nothing.
  net::Task<std::string> forward() {
    const auto moved = co_await net::tunnel(local_, local_in_, remote_, remote_in_, kTunnelIdle);
    if (moved.from_b > 0) {
      co_await end_politely(remote_);
      co_return std::string();
    }
    // With TLS 1.3 a refusal comes after the handshake (consul-behaviour.md, fact 6).
    const auto alert = remote_.find_alert();
    remote_.close();
    if (alert)
      co_return fmt::format("its sidecar refuses {} (alert {})", core_.options.service, *alert);
    if (!remote_.tls_failure().empty()) co_return remote_.tls_failure();
    co_return moved.from_a > 0 ? std::string("its sidecar has closed the connection without a byte")
                               : std::string();
  }

  UpstreamListener& listener_;
  SidecarCore& core_;
  net::Stream local_;
  net::Buffer local_in_;
  net::Stream remote_;
  net::Buffer remote_in_;
};

UpstreamListener::UpstreamListener(SidecarCore& core, std::string destination, int descriptor)
    : core_(core),
      destination_(std::move(destination)),
      listener_(core.state.loop, descriptor, [this](net::Socket socket, const net::Address& peer) {
        if (open_ >= core_.options.connections) {
          core_.report(fmt::format("closed {}: there are {} connections to {}", peer.str(), open_,
                                   destination_));
          return;
        }
        auto connection = std::make_shared<Connection>(*this, std::move(socket));
        boost::asio::co_spawn(
            core_.state.loop.executor(), connection->run(),
            [connection](const std::exception_ptr&) { static_cast<void>(connection); });
      }) {}

UpstreamListener::~UpstreamListener() = default;

}  // namespace gw::mesh
