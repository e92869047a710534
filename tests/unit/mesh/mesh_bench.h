// A loop on a thread of its own, and clients that talk to what lives on it as others do: blocking
// sockets, HTTP/1.1 by hand.
#pragma once

#include <chrono>
#include <csignal>
#include <cstring>
#include <functional>
#include <future>
#include <poll.h>
#include <string>
#include <sys/socket.h>
#include <sys/time.h>
#include <thread>
#include <unistd.h>

#include <boost/asio/ip/tcp.hpp>
#include <doctest/doctest.h>

#include "net/listener.h"
#include "net/loop.h"

namespace gw::testing {

class LoopThread {
 public:
  LoopThread() { std::signal(SIGPIPE, SIG_IGN); }
  ~LoopThread() { stop(); }
  LoopThread(const LoopThread&) = delete;
  LoopThread& operator=(const LoopThread&) = delete;

  void start() {
    thread_ = std::thread([this] { loop.run(); });
  }
  // Before what lives on the loop goes.
  void stop() {
    if (!thread_.joinable()) return;
    loop.stop();
    thread_.join();
    loop.end();
  }
  // On the loop, and waits for it.
  template <class Action>
  auto call(Action action) {
    std::packaged_task<decltype(action())()> task(std::move(action));
    auto result = task.get_future();
    loop.post([&task] { task(); });
    return result.get();
  }

  SystemClock clock;
  net::Loop loop{clock};

 private:
  std::thread thread_;
};

inline net::Address loopback(const char* ip, std::uint16_t port = 0) {
  return {IpAddress::parse(ip).value(), port};
}

// A blocking connection; every wait ends after five seconds.
class Wire {
 public:
  explicit Wire(const net::Address& to) : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    const timeval patience{.tv_sec = 5, .tv_usec = 0};
    ::setsockopt(fd_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    ::setsockopt(fd_, SOL_SOCKET, SO_SNDTIMEO, &patience, sizeof patience);
    const auto endpoint = net::endpoint_of(to);
    REQUIRE(::connect(fd_, endpoint.data(), static_cast<socklen_t>(endpoint.size())) == 0);
  }
  ~Wire() { ::close(fd_); }
  Wire(const Wire&) = delete;
  Wire& operator=(const Wire&) = delete;

  [[nodiscard]] int descriptor() const { return fd_; }
  bool send(std::string_view text) const {
    return ::send(fd_, text.data(), text.size(), MSG_NOSIGNAL) == static_cast<ssize_t>(text.size());
  }
  // What comes next; "EOF", or the errno's words.
  [[nodiscard]] std::string receive() const {
    std::string buffer(65536, '\0');
    const ssize_t got = ::recv(fd_, buffer.data(), buffer.size(), 0);
    if (got < 0) return std::strerror(errno);
    if (got == 0) return "EOF";
    buffer.resize(static_cast<std::size_t>(got));
    return buffer;
  }
  // Up to the end of the connection; what ended it, unless that was in order, at the end.
  [[nodiscard]] std::string receive_all() const {
    std::string all;
    while (true) {
      const std::string piece = receive();
      if (piece == "EOF") return all;
      all += piece;
      if (piece == std::strerror(ECONNRESET) || piece == std::strerror(EAGAIN)) return all;
    }
  }

 private:
  int fd_;
};

// The whole answer; empty when the connection was closed without a byte.
inline std::string ask(const net::Address& to, const std::string& request_line,
                       const std::string& fields = "") {
  const Wire wire(to);
  wire.send(request_line + " HTTP/1.1\r\nHost: test\r\nConnection: close\r\n" + fields + "\r\n");
  return wire.receive_all();
}

inline std::string body_of(const std::string& answer) {
  const std::size_t at = answer.find("\r\n\r\n");
  return at == std::string::npos ? "" : answer.substr(at + 4);
}

inline bool has(const std::string& text, std::string_view part) {
  return text.find(part) != std::string::npos;
}

// Until it holds, or two seconds are over.
inline bool eventually(const std::function<bool()>& holds) {
  const auto end = std::chrono::steady_clock::now() + std::chrono::seconds(2);
  while (std::chrono::steady_clock::now() < end) {
    if (holds()) return true;
    std::this_thread::sleep_for(std::chrono::milliseconds(5));
  }
  return holds();
}

}  // namespace gw::testing
