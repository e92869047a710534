// A client's socket, blocking, for tests with a server on another thread.
#pragma once

#include <cerrno>
#include <cstdint>
#include <netinet/in.h>
#include <string>
#include <string_view>
#include <sys/socket.h>
#include <sys/time.h>
#include <unistd.h>

namespace gw::testing {

class RawClient {
 public:
  explicit RawClient(std::uint16_t port) : socket_(::socket(AF_INET, SOCK_STREAM, 0)) {
    sockaddr_in to{};
    to.sin_family = AF_INET;
    to.sin_port = htons(port);
    to.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    const timeval patience{.tv_sec = 20, .tv_usec = 0};
    ::setsockopt(socket_, SOL_SOCKET, SO_RCVTIMEO, &patience, sizeof patience);
    connected_ = ::connect(socket_, reinterpret_cast<sockaddr*>(&to), sizeof to) == 0;
  }
  ~RawClient() { close(); }
  RawClient(const RawClient&) = delete;
  RawClient& operator=(const RawClient&) = delete;

  [[nodiscard]] bool is_connected() const { return connected_; }
  void send(std::string_view bytes) const {
    [[maybe_unused]] const auto sent = ::send(socket_, bytes.data(), bytes.size(), MSG_NOSIGNAL);
  }
  void shutdown_send() const { ::shutdown(socket_, SHUT_WR); }
  void close() {
    if (socket_ >= 0) ::close(socket_);
    socket_ = -1;
  }

  // One response: its head and as much as Content-Length says. "reset", "closed" or "timeout"
  // where none comes.
  std::string read() {
    while (true) {
      const std::size_t head = in_.find("\r\n\r\n");
      if (head != std::string::npos) {
        const std::size_t whole = head + 4 + length_of(in_.substr(0, head));
        if (in_.size() >= whole) {
          std::string response = in_.substr(0, whole);
          in_.erase(0, whole);
          return response;
        }
      }
      char block[4096];
      const ssize_t got = ::recv(socket_, block, sizeof block, 0);
      if (got == 0) return "closed";
      if (got < 0) return errno == ECONNRESET ? "reset" : "timeout";
      in_.append(block, static_cast<std::size_t>(got));
    }
  }
  // "200 body"
  std::string ask(std::string_view method, std::string_view target, std::string_view body = {},
                  std::string_view fields = {}) {
    send(request(method, target, body, fields));
    return short_form(read());
  }
  static std::string request(std::string_view method, std::string_view target,
                             std::string_view body = {}, std::string_view fields = {}) {
    std::string text(method);
    text.append(" ").append(target).append(" HTTP/1.1\r\nHost: a\r\n").append(fields);
    if (!body.empty()) text += "Content-Length: " + std::to_string(body.size()) + "\r\n";
    return text.append("\r\n").append(body);
  }
  static std::string short_form(const std::string& response) {
    if (!response.starts_with("HTTP/1.1 ")) return response;
    return response.substr(9, 4) + response.substr(response.find("\r\n\r\n") + 4);
  }

 private:
  static std::size_t length_of(const std::string& head) {
    const std::size_t at = head.find("Content-Length: ");
    return at == std::string::npos ? 0 : std::stoul(head.substr(at + 16));
  }

  int socket_;
  bool connected_ = false;
  std::string in_;
};

}  // namespace gw::testing
