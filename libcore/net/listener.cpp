#include "net/listener.h"

#include <algorithm>
#include <cerrno>
#include <cstring>
#include <fcntl.h>
#include <netinet/in.h>
#include <netinet/tcp.h>
#include <sys/socket.h>
#include <unistd.h>

#include <fmt/format.h>

namespace gw::net {
namespace {

namespace ip = boost::asio::ip;

// Connections taken at one wake-up before others get their turn.
constexpr int kAcceptBatch = 64;
constexpr int kOutOfDescriptors = -1;

int make_socket(const ip::tcp::endpoint& endpoint, const BindOptions& options) {
  const int fd =
      ::socket(endpoint.data()->sa_family, SOCK_STREAM | SOCK_NONBLOCK | SOCK_CLOEXEC, 0);
  if (fd < 0) return -1;
  const int on = 1;
  ::setsockopt(fd, SOL_SOCKET, SO_REUSEADDR, &on, sizeof on);
  if (options.shared) ::setsockopt(fd, SOL_SOCKET, SO_REUSEPORT, &on, sizeof on);
  if (endpoint.data()->sa_family == AF_INET6) {
    const int only = options.ipv6_only ? 1 : 0;
    ::setsockopt(fd, IPPROTO_IPV6, IPV6_V6ONLY, &only, sizeof only);
  }
  if (::bind(fd, endpoint.data(), static_cast<socklen_t>(endpoint.size())) != 0 ||
      ::listen(fd, options.backlog) != 0) {
    const int why = errno;
    ::close(fd);
    errno = why;
    return -1;
  }
  return fd;
}

int open_reserve() {
  return ::open("/dev/null", O_RDONLY | O_CLOEXEC);
}

std::string advice(int error) {
  switch (error) {
    case EADDRINUSE:
      return "another program listens there; stop it, or choose another port (0 picks a free one)";
    case EACCES:
      return "ports below 1024 need the right to bind them (CAP_NET_BIND_SERVICE)";
    case EADDRNOTAVAIL:
      return "no interface of this machine has that address";
    default:
      return "choose another address";
  }
}

}  // namespace

std::string Address::str() const {
  return ip.v4 ? fmt::format("{}:{}", ip.str(), port) : fmt::format("[{}]:{}", ip.str(), port);
}

ip::tcp::endpoint endpoint_of(const Address& address) {
  if (address.ip.v4) {
    ip::address_v4::bytes_type bytes{};
    std::copy_n(address.ip.bytes.begin() + 12, 4, bytes.begin());
    return {ip::address_v4(bytes), address.port};
  }
  ip::address_v6::bytes_type bytes{};
  std::ranges::copy(address.ip.bytes, bytes.begin());
  return {ip::address_v6(bytes), address.port};
}

Address address_of(const ip::tcp::endpoint& endpoint) {
  Address result{.ip = {}, .port = endpoint.port()};
  if (endpoint.address().is_v4()) {
    result.ip.v4 = true;
    result.ip.bytes[10] = result.ip.bytes[11] = 0xff;
    std::ranges::copy(endpoint.address().to_v4().to_bytes(), result.ip.bytes.begin() + 12);
  } else {
    std::ranges::copy(endpoint.address().to_v6().to_bytes(), result.ip.bytes.begin());
  }
  return result;
}

Result<int> listen_on(const Address& address, const BindOptions& options) {
  const int fd = make_socket(endpoint_of(address), options);
  if (fd >= 0) return fd;
  const int why = errno;
  return fail(ErrorCode::unreachable, fmt::format("cannot listen on {}: {}; {}", address.str(),
                                                  std::strerror(why), advice(why)));
}

Address local_address(int descriptor) {
  ip::tcp::endpoint endpoint;
  auto size = static_cast<socklen_t>(endpoint.capacity());
  if (::getsockname(descriptor, endpoint.data(), &size) == 0) endpoint.resize(size);
  return address_of(endpoint);
}

Listener::Listener(Loop& loop, int descriptor, OnAccept on_accept)
    : loop_(loop),
      acceptor_(loop.context()),
      address_(local_address(descriptor)),
      on_accept_(std::move(on_accept)),
      reserve_(open_reserve()) {
  acceptor_.assign(address_.ip.v4 ? ip::tcp::v4() : ip::tcp::v6(), descriptor);
  wait();
}

Listener::~Listener() {
  close();
}

void Listener::close() {
  if (resume_) loop_.cancel(*resume_);
  resume_.reset();
  boost::system::error_code ignored;
  acceptor_.close(ignored);
  if (reserve_ >= 0) ::close(reserve_);
  reserve_ = -1;
}

void Listener::finish() {
  if (!acceptor_.is_open()) return;
  boost::system::error_code ignored;
  acceptor_.cancel(ignored);
  while (accept_batch() == kAcceptBatch) continue;
  close();
}

void Listener::wait() {
  acceptor_.async_wait(Acceptor::wait_read, [this](const boost::system::error_code& error) {
    if (error) return;
    accept_all();
  });
}

void Listener::accept_all() {
  const int taken = accept_batch();
  if (taken == kOutOfDescriptors) {
    shed_one();
    pause();
  } else if (acceptor_.is_open()) {
    wait();
  }
}

// How many, or kOutOfDescriptors.
int Listener::accept_batch() {
  int taken = 0;
  while (taken < kAcceptBatch && acceptor_.is_open()) {
    ip::tcp::endpoint peer;
    auto size = static_cast<socklen_t>(peer.capacity());
    const int fd =
        ::accept4(acceptor_.native_handle(), peer.data(), &size, SOCK_NONBLOCK | SOCK_CLOEXEC);
    if (fd < 0) {
      if (errno == EINTR || errno == ECONNABORTED) continue;
      return errno == EMFILE || errno == ENFILE ? kOutOfDescriptors : taken;
    }
    ++taken;
    peer.resize(size);
    const int on = 1;
    ::setsockopt(fd, IPPROTO_TCP, TCP_NODELAY, &on, sizeof on);
    Socket socket(loop_.context());
    boost::system::error_code error;
    socket.assign(peer.protocol(), fd, error);
    if (error) {
      ::close(fd);
      continue;
    }
    on_accept_(std::move(socket), address_of(peer));
  }
  return taken;
}

// The peer learns at once that there is no room, instead of waiting for nobody.
void Listener::shed_one() {
  if (reserve_ >= 0) ::close(reserve_);
  const int fd = ::accept4(acceptor_.native_handle(), nullptr, nullptr, SOCK_CLOEXEC);
  if (fd >= 0) ::close(fd);
  reserve_ = open_reserve();
}

void Listener::pause() {
  resume_ = loop_.at(loop_.now().steady + std::chrono::milliseconds(50), [this] {
    resume_.reset();
    accept_all();
  });
}

}  // namespace gw::net
