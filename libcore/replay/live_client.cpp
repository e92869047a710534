#include "replay/live_client.h"

#include <algorithm>
#include <utility>

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>
#include <fmt/format.h>

#include "net/listener.h"
#include "replay/live_trip.h"

namespace gw::replay {
namespace {

constexpr boost::asio::as_tuple_t<boost::asio::use_awaitable_t<net::Executor>> kAwait{};

// Idle connections of all clients; a scenario names few addresses.
constexpr std::size_t kKept = 256;

// Version 1: proxy-protocol.txt section 2.1.
std::string proxy_header(const IpAddress& ip, std::uint16_t port) {
  return ip.v4 ? fmt::format("PROXY TCP4 {} 127.0.0.1 {} 80\r\n", ip.str(), port)
               : fmt::format("PROXY TCP6 {} ::1 {} 80\r\n", ip.str(), port);
}

}  // namespace

LiveClient::Connection::Connection(LiveClient& client, LiveClientKey key)
    : stream(client.loop_.loop(), net::Socket(client.loop_.loop().context())),
      in(client.buffers_),
      client_(client),
      key_(std::move(key)),
      port_(client.take_port()) {}

LiveClient::Connection::~Connection() {
  client_.trips_.erase(port_);
}

net::Task<std::string> LiveClient::Connection::open() {
  const auto endpoint = net::endpoint_of({IpAddress::loopback(), key_.port});
  boost::system::error_code error;
  stream.socket().open(endpoint.protocol(), error);
  if (error) co_return "there are no more sockets: " + error.message();
  const auto [failure] = co_await stream.socket().async_connect(endpoint, kAwait);
  if (failure) co_return "the gateway cannot be reached: " + failure.message();
  stream.socket().set_option(boost::asio::ip::tcp::no_delay(true), error);
  const std::string header = proxy_header(key_.ip, port_);
  const net::Io told = co_await stream.write(header);
  if (!told.ok()) co_return "the gateway has closed the connection";
  if (!key_.tls) co_return std::string();
  auto session = client_.tls_->session({.name = key_.sni, .origin = std::to_string(key_.port)},
                                       whole_seconds(client_.loop_.now().wall));
  if (!session) co_return session.error().message;
  const net::Io shaken = co_await stream.handshake(std::move(*session), client_.buffers_);
  co_return shaken.ok() ? std::string() : "the TLS handshake failed: " + stream.tls_failure();
}

LiveClient::ConnectionPtr LiveClient::idle(const LiveClientKey& key) {
  for (std::size_t i = idle_.size(); i-- > 0;) {
    if (idle_[i]->key() != key) continue;
    auto connection = std::move(idle_[i]);
    idle_.erase(idle_.begin() + static_cast<std::ptrdiff_t>(i));
    if (connection->stream.is_quiet()) return connection;
  }
  return nullptr;
}

LiveClient::ConnectionPtr LiveClient::make(const LiveClientKey& key) {
  return std::make_unique<Connection>(*this, key);
}

void LiveClient::put(ConnectionPtr connection) {
  connection->carries(nullptr);
  connection->in.release();
  if (idle_.size() >= kKept) idle_.erase(idle_.begin());
  idle_.push_back(std::move(connection));
}

// There are fewer connections than ports: LiveGateway::capacity() sees to it.
std::uint16_t LiveClient::take_port() {
  do {
    last_port_ = last_port_ == 65535 ? 1024 : static_cast<std::uint16_t>(last_port_ + 1);
  } while (!trips_.emplace(last_port_, nullptr).second);
  return last_port_;
}

LiveTrip* LiveClient::trip_of(const gateway::Peer& client) const {
  const auto found = trips_.find(client.port);
  return found == trips_.end() ? nullptr : found->second;
}

gateway::Trace* LiveClient::begun(const gateway::Peer& client) {
  LiveTrip* const trip = trip_of(client);
  return trip != nullptr ? trip->on_begun() : nullptr;
}

void LiveClient::counting(const gateway::Peer& client, std::span<const limit::Charge> charges) {
  if (LiveTrip* const trip = trip_of(client)) trip->on_counting(charges);
}

void LiveClient::ended(const gateway::Peer& client, const gateway::Exchange& exchange) {
  if (LiveTrip* const trip = trip_of(client)) trip->on_ended(exchange);
}

}  // namespace gw::replay
