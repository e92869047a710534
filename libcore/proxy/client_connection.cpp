#include "proxy/client_connection.h"

#include <algorithm>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include "gateway/refusal.h"
#include "http/head_writer.h"
#include "net/proxy_protocol.h"
#include "net/server_tls.h"
#include "proxy/transaction.h"
#include "proxy/worker.h"

namespace gw::proxy {
namespace {

// An idle connection keeps its coroutine and buffer this long: the next request may be near.
constexpr std::chrono::milliseconds kStayWarm{100};

// While draining: time for requests that are on their way already.
constexpr std::chrono::seconds kLastCall{1};

}  // namespace

ClientConnection::ClientConnection(Worker& worker, net::Socket socket, const net::Address& peer,
                                   const ListenerTraits& listener)
    : stream(worker.loop(), std::move(socket)),
      in(worker.buffers()),
      worker_(worker),
      peer_(peer),
      listener_(&listener),
      accepted_(worker.now().steady),
      idle_since_(accepted_) {
  stream.write_patience(worker.bounds().write_stall);
  worker_.add(*this);
}

ClientConnection::~ClientConnection() {
  worker_.remove(*this);
}

void ClientConnection::start() {
  spawn();
}

void ClientConnection::spawn() {
  boost::asio::co_spawn(worker_.loop().executor(), run(shared_from_this()), boost::asio::detached);
}

bool ClientConnection::may_go_on() const {
  const gateway::ClientSettings& bounds = worker_.bounds();
  if (worker_.draining() || bounds.keepalive_idle.count() == 0) return false;
  if (bounds.requests_per_connection != 0 && requests_ >= bounds.requests_per_connection) {
    return false;
  }
  return bounds.lifetime.count() == 0 || idle_since_ - accepted_ < bounds.lifetime;
}

// When an idle connection is closed. The first request is expected sooner than the next.
SteadyTime ClientConnection::idle_deadline() const {
  const gateway::ClientSettings& bounds = worker_.bounds();
  return requests_ == 0 ? accepted_ + bounds.first_byte : idle_since_ + bounds.keepalive_idle;
}

net::Task<void> ClientConnection::run([[maybe_unused]] std::shared_ptr<ClientConnection> self) {
  if (!prepared_) {
    const bool ready = co_await prepare();
    if (!ready) co_return stream.close();
    prepared_ = true;
  }
  while (true) {
    if (in.empty()) {
      const Wait wait = co_await wait_for_request();
      if (wait == Wait::park) co_return park();
      if (wait == Wait::over) break;
    }
    const auto after = co_await serve_request();
    if (after == After::next) continue;
    if (after == After::linger) co_await linger();
    if (after == After::abort) stream.abort();
    break;
  }
  stream.close();
}

net::Task<After> ClientConnection::serve_request() {
  worker_.note_busy(true);
  ++requests_;
  const auto workspace = worker_.workspaces().lend();
  Transaction transaction(*this, *workspace, worker_.generation());
  current_ = &transaction;
  const auto after = co_await transaction.run();
  current_ = nullptr;
  worker_.note_busy(false);
  // A little early is no harm, and the clock need not be read again.
  idle_since_ = std::max(idle_since_, transaction.last_heard());
  co_return after;
}

net::Task<ClientConnection::Wait> ClientConnection::wait_for_request() {
  stream.read_by(std::min(idle_deadline(), std::max(idle_since_, woken_) + kStayWarm));
  const auto room = in.room();
  const net::Io io = co_await stream.read(room);
  if (io.ok()) {
    in.commit(io.bytes);
    co_return Wait::ready;
  }
  const bool idle = io.error == net::IoError::timeout && !worker_.draining();
  co_return idle&& worker_.now().steady < idle_deadline() ? Wait::park : Wait::over;
}

// Without coroutine and buffer an idle connection is this object and a handler.
void ClientConnection::park() {
  in.release();
  stream.release_memory();
  stream.read_by(idle_deadline());
  stream.socket().async_wait(net::Socket::wait_read,
                             [self = shared_from_this()](const boost::system::error_code& error) {
                               if (error) return self->stream.close();
                               self->woken_ = self->worker_.now().steady;
                               self->spawn();
                             });
}

void ClientConnection::drain() {
  if (current_ == nullptr) stream.read_by(worker_.now().steady + kLastCall);
}

void ClientConnection::abort() {
  stream.abort();
  if (current_ != nullptr) current_->abort();
}

// ---- before the first request ----

net::Task<bool> ClientConnection::prepare() {
  if (listener_->proxy_protocol) {
    const bool told = co_await read_proxy_header();
    if (!told) co_return false;
  }
  if (!listener_->tls) co_return true;
  const bool shaken = co_await shake_hands();
  co_return shaken;
}

net::Task<bool> ClientConnection::read_proxy_header() {
  stream.read_by(accepted_ + worker_.bounds().first_byte);
  while (true) {
    const auto header = net::parse_proxy_header(in.readable());
    if (!header) {
      worker_.log().write_limited(LogLevel::warn, "bad_proxy_header",
                                  {{"peer", peer_.ip.str()}, {"error", header.error().message}});
      co_return false;
    }
    if (*header) {
      if (const auto& source = (*header)->source) peer_ = {source->ip, source->port};
      in.consume((*header)->size);
      co_return true;
    }
    // Not a byte more than the header may have: what follows belongs to TLS.
    const auto room = in.room().first(listener_->tls ? 1 : net::kMaxProxyV1Bytes);
    const net::Io io = co_await stream.read(room);
    if (!io.ok()) co_return false;
    in.commit(io.bytes);
  }
}

net::Task<bool> ClientConnection::shake_hands() {
  const auto turn = co_await worker_.handshakes().turn();
  const auto tls = worker_.generation()->listener_tls;
  if (!tls) co_return false;
  auto session = tls->session();
  if (!session) co_return false;
  stream.read_by(worker_.now().steady + worker_.bounds().head);
  const net::Io io = co_await stream.handshake(std::move(*session), worker_.buffers());
  if (!io.ok()) {
    worker_.log().write_limited(LogLevel::info, "handshake_failed",
                                {{"peer", peer_.ip.str()}, {"error", stream.tls_failure()}});
    co_return false;
  }
  sni_ = net::sni_of(stream.ssl());
  co_return true;
}

// The client is still sending what nobody wants: closing now would reset the connection and take
// the answer with it (RFC 9112 section 9.6).
net::Task<void> ClientConnection::linger() {
  stream.shutdown_send();
  const gateway::ClientSettings& bounds = worker_.bounds();
  stream.read_by(worker_.now().steady + bounds.lingering);
  std::size_t dropped = in.size();
  while (dropped < bounds.lingering_bytes) {
    in.consume(in.size());
    const auto room = in.room();
    const net::Io io = co_await stream.read(room);
    if (!io.ok()) break;
    dropped += io.bytes;
  }
}

}  // namespace gw::proxy
