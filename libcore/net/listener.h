// A listening socket and the connections that it accepts.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>
#include <string>

#include <boost/asio/basic_socket_acceptor.hpp>
#include <boost/asio/ip/tcp.hpp>

#include "base/ip.h"
#include "base/result.h"
#include "net/loop.h"
#include "net/stream.h"

namespace gw::net {

struct Address {
  IpAddress ip;
  std::uint16_t port = 0;

  [[nodiscard]] std::string str() const;  // 127.0.0.1:80, [::1]:80
  friend bool operator==(const Address&, const Address&) = default;
};

[[nodiscard]] boost::asio::ip::tcp::endpoint endpoint_of(const Address& address);
[[nodiscard]] Address address_of(const boost::asio::ip::tcp::endpoint& endpoint);

struct BindOptions {
  int backlog = 4096;
  bool shared = false;    // SO_REUSEPORT: each worker has its own socket for the address
  bool ipv6_only = true;  // [::] takes no IPv4
};

// Binds and listens; an Error says which address and why. The descriptor is the caller's until a
// Listener has it.
[[nodiscard]] Result<int> listen_on(const Address& address, const BindOptions& options);
// Where a listening socket is bound: the port, when 0 was asked for.
[[nodiscard]] Address local_address(int descriptor);

// Hands every accepted socket to `on_accept`. Out of descriptors it sheds the waiting connection
// with the one it keeps in reserve, and goes on.
class Listener {
 public:
  using OnAccept = std::function<void(Socket, const Address& peer)>;
  Listener(Loop& loop, int descriptor, OnAccept on_accept);
  ~Listener();
  Listener(const Listener&) = delete;
  Listener& operator=(const Listener&) = delete;

  [[nodiscard]] Address address() const { return address_; }
  void close();
  // Takes what has connected already, then closes.
  void finish();

 private:
  void wait();
  void accept_all();
  int accept_batch();
  void shed_one();
  void pause();

  using Acceptor = boost::asio::basic_socket_acceptor<boost::asio::ip::tcp, Executor>;
  Loop& loop_;
  Acceptor acceptor_;
  Address address_;
  OnAccept on_accept_;
  int reserve_ = -1;
  std::optional<Timers::Id> resume_;
};

}  // namespace gw::net
