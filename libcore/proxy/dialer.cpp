#include "proxy/dialer.h"

#include <netinet/in.h>
#include <netinet/tcp.h>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>

#include "net/client_tls.h"
#include "net/resolver.h"
#include "proxy/tls_refusal.h"

namespace gw::proxy {
namespace {

using gateway::AttemptError;

constexpr boost::asio::as_tuple_t<boost::asio::use_awaitable_t<net::Executor>> kAwait{};

}  // namespace

// The address of a name is known from an earlier request; the first one has to ask.
std::optional<IpAddress> SocketDialer::known_address(std::string_view host) {
  if (host == literal_) return literal_address_;
  if (const auto literal = IpAddress::parse(host)) {
    literal_ = host;
    literal_address_ = *literal;
    return literal;
  }
  const net::Addresses* known = resolver_.cached(host, loop_.now().steady);
  if (known == nullptr || known->empty()) return std::nullopt;
  return (*known)[turn_++ % known->size()];
}

Dialer::Connection SocketDialer::idle(const gateway::Try& attempt, const ClientTlsPtr& tls) {
  const auto ip = known_address(attempt.target.host);
  if (!ip) return nullptr;
  return pool_.take({*ip, attempt.target.port}, tls.get(),
                    attempt.tls ? attempt.sni : std::string_view{});
}

void SocketDialer::put(Connection connection) {
  pool_.put(std::move(connection), loop_.now().steady);
}

net::Task<SocketDialer::Found> SocketDialer::find_address(gateway::Target target) {
  if (const auto ip = known_address(target.host)) co_return net::Address{*ip, target.port};
  const auto answer = co_await resolver_.resolve(std::string(target.host));
  if (!answer) {
    co_return std::unexpected(answer.error().kind == net::DnsError::Kind::unknown
                                  ? AttemptError::name_unknown
                                  : AttemptError::name_failure);
  }
  if (answer->empty()) co_return std::unexpected(AttemptError::name_unknown);
  co_return net::Address{(*answer)[turn_++ % answer->size()], target.port};
}

net::Task<Dialer::Dialled> SocketDialer::dial(gateway::Try attempt, ClientTlsPtr tls) {
  const auto address = co_await find_address(attempt.target);
  if (!address) co_return std::unexpected(address.error());
  const SteadyTime deadline = loop_.now().steady + attempt.timeouts.connect;
  auto dialled = co_await connect(*address, deadline);
  if (!dialled || !attempt.tls) co_return dialled;
  UpstreamConnection& connection = **dialled;
  if (!tls) co_return std::unexpected(AttemptError::tls);
  connection.key.tls = tls.get();
  connection.key.sni = attempt.sni;
  connection.tls_owner = tls;
  connection.stream.read_by(deadline);
  const bool shaken = co_await shake_hands(connection, *tls, attempt);
  if (!shaken) {
    const bool late = loop_.now().steady >= deadline;
    co_return std::unexpected(late ? AttemptError::connect_timeout : AttemptError::tls);
  }
  co_return dialled;
}

// The stream's deadline watches over the connect, too.
net::Task<Dialer::Dialled> SocketDialer::connect(net::Address address, SteadyTime deadline) {
  const auto endpoint = net::endpoint_of(address);
  net::Socket socket(loop_.context());
  boost::system::error_code error;
  socket.open(endpoint.protocol(), error);
  if (error) co_return std::unexpected(AttemptError::refused);
  auto connection = std::make_unique<UpstreamConnection>(loop_, std::move(socket), buffers_);
  connection->key.address = address;
  connection->address = address.str();
  connection->stream.read_by(deadline);
  const auto [failure] = co_await connection->stream.socket().async_connect(endpoint, kAwait);
  if (failure) {
    const bool late = failure == boost::asio::error::operation_aborted ||
                      failure == boost::asio::error::timed_out;
    co_return std::unexpected(late ? AttemptError::connect_timeout : AttemptError::refused);
  }
  connection->stream.socket().set_option(boost::asio::ip::tcp::no_delay(true), error);
  co_return connection;
}

net::Task<bool> SocketDialer::shake_hands(UpstreamConnection& connection, const net::ClientTls& tls,
                                          const gateway::Try& attempt) {
  const std::string origin = connection.key.address.str();
  auto session =
      tls.session({.name = attempt.sni, .origin = origin}, whole_seconds(loop_.now().wall));
  if (!session) co_return false;
  const net::Io io = co_await connection.stream.handshake(std::move(*session), buffers_);
  if (!io.ok()) {
    log_.write_limited(LogLevel::warn, "upstream_tls_failed",
                       {{"service", service_name(attempt)},
                        {"upstream", origin},
                        {"error", why_tls_failed(connection.stream)}});
  }
  co_return io.ok();
}

}  // namespace gw::proxy
