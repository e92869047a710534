#include "replay/live_stubs.h"

#include <netinet/in.h>
#include <sys/socket.h>
#include <unistd.h>
#include <utility>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include "replay/live_stub_connection.h"

namespace gw::replay {
namespace {

using gateway::AttemptError;

bool listens(const Stub& stub) {
  return stub.fail != StubFailure::refused && stub.fail != StubFailure::dns;
}

// The connection belongs to whoever runs on it.
net::Task<void> run_to_its_end(std::shared_ptr<LiveStubs::Connection> connection) {
  co_await connection->run();
}

}  // namespace

LiveStubs::LiveStubs(LiveLoop& loop, Source source, std::shared_ptr<const net::ServerTls> tls)
    : loop_(loop), source_(std::move(source)), tls_(std::move(tls)) {}

LiveStubs::~LiveStubs() {
  if (closed_ >= 0) ::close(closed_);
}

std::expected<std::uint16_t, AttemptError> LiveStubs::port_of(const LiveTarget& target) {
  const Stub& now = stub(target, nullptr);
  if (now.fail == StubFailure::dns) return std::unexpected(AttemptError::name_unknown);
  if (!listens(now)) return closed_port();
  const auto [found, made] = places_.try_emplace(target);
  Place& place = found->second;
  if (place.listener) return place.port;
  const auto descriptor = net::listen_on({IpAddress::loopback(), 0}, {});
  if (!descriptor) return closed_port();
  place.port = net::local_address(*descriptor).port;
  place.listener = std::make_unique<net::Listener>(
      loop_.loop(), *descriptor,
      [this, &key = found->first](net::Socket socket, const net::Address& peer) {
        accept(std::move(socket), peer.port, key);
      });
  return place.port;
}

bool LiveStubs::takes_connections(const LiveTarget& target) {
  const Stub& now = stub(target, nullptr);
  return listens(now) && (now.fail != StubFailure::tls || !target.tls);
}

std::uint16_t LiveStubs::closed_port() {
  if (closed_ < 0) {
    closed_ = ::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0);
    sockaddr_in any{};
    any.sin_family = AF_INET;
    any.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    // Should it fail, the port is 0, which refuses connections as well.
    [[maybe_unused]] const int bound =
        ::bind(closed_, reinterpret_cast<const sockaddr*>(&any), sizeof any);
  }
  return net::local_address(closed_).port;
}

void LiveStubs::accept(net::Socket socket, std::uint16_t port, const LiveTarget& target) {
  boost::asio::co_spawn(
      loop_.loop().executor(),
      run_to_its_end(std::make_shared<Connection>(*this, std::move(socket), line(port), target)),
      boost::asio::detached);
}

LiveLinePtr LiveStubs::line(std::uint16_t port) {
  auto& known = lines_[port];
  auto line = known.lock();
  if (!line) known = line = std::make_shared<LiveLine>(loop_);
  return line;
}

const Stub& LiveStubs::stub(const LiveTarget& target, const UpstreamRequest* request) {
  return source_(target, request, loop_.now().wall);
}

std::vector<std::string> LiveStubs::take_because() {
  return std::exchange(because_, {});
}

std::optional<UpstreamRequest> LiveStubs::take_seen() {
  return std::exchange(seen_, std::nullopt);
}

void LiveStubs::close() {
  for (auto& [target, place] : places_) {
    if (place.listener) place.listener->close();
  }
  const std::vector<Connection*> all(connections_.begin(), connections_.end());
  for (Connection* connection : all) connection->close();
}

}  // namespace gw::replay
