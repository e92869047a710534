// An agent that says what a test has told it to, one answer a request, and keeps what it was asked.
#pragma once

#include <arpa/inet.h>
#include <cstdint>
#include <mutex>
#include <string>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>
#include <utility>
#include <vector>

#include <doctest/doctest.h>
#include <fmt/format.h>

#include "consul/settings.h"

namespace gw::consul {

struct Said {
  int status = 200;
  std::string body{};
};

class ScriptedAgent {
 public:
  explicit ScriptedAgent(std::vector<Said> answers)
      : answers_(std::move(answers)), fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof(address);
    auto* plain = reinterpret_cast<sockaddr*>(&address);
    REQUIRE(::bind(fd_, plain, size) == 0);
    REQUIRE(::listen(fd_, 8) == 0);
    REQUIRE(::getsockname(fd_, plain, &size) == 0);
    port_ = ntohs(address.sin_port);
    thread_ = std::jthread([this] { serve(); });
  }
  ~ScriptedAgent() {
    ::shutdown(fd_, SHUT_RDWR);
    thread_.join();
    ::close(fd_);
  }
  ScriptedAgent(const ScriptedAgent&) = delete;
  ScriptedAgent& operator=(const ScriptedAgent&) = delete;

  [[nodiscard]] Settings settings() const {
    Settings settings;
    settings.url = fmt::format("http://127.0.0.1:{}", port_);
    return settings;
  }
  // Whole requests, head and body, as they came.
  [[nodiscard]] std::vector<std::string> asked() const {
    const std::lock_guard lock(mutex_);
    return asked_;
  }

 private:
  void serve() {
    for (const Said& answer : answers_) {
      const int connection = ::accept(fd_, nullptr, nullptr);
      if (connection < 0) return;
      std::string request = read_request(connection);
      {
        const std::lock_guard lock(mutex_);
        asked_.push_back(std::move(request));
      }
      const std::string text = fmt::format(
          "HTTP/1.1 {} X\r\nConnection: close\r\nContent-Length: {}\r\nX-Consul-Index: 7\r\n\r\n{}",
          answer.status, answer.body.size(), answer.body);
      static_cast<void>(::send(connection, text.data(), text.size(), MSG_NOSIGNAL));
      ::close(connection);
    }
  }
  static std::string read_request(int connection) {
    std::string text;
    char bytes[4096];
    for (;;) {
      const ssize_t count = ::recv(connection, bytes, sizeof bytes, 0);
      if (count <= 0) return text;
      text.append(bytes, static_cast<std::size_t>(count));
      const auto end = text.find("\r\n\r\n");
      if (end == std::string::npos) continue;
      const auto field = text.find("Content-Length: ");
      const std::size_t length = field < end ? std::stoul(text.substr(field + 16)) : 0;
      if (text.size() >= end + 4 + length) return text;
    }
  }

  std::vector<Said> answers_;
  int fd_;
  std::uint16_t port_ = 0;
  mutable std::mutex mutex_;
  std::vector<std::string> asked_;
  std::jthread thread_;
};

}  // namespace gw::consul
