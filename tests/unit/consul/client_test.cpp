#include "consul/client.h"

#include <arpa/inet.h>
#include <string>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>

#include <doctest/doctest.h>

namespace gw::consul {
namespace {

using namespace std::chrono_literals;

// Takes connections and never says a word.
class SilentAgent {
 public:
  SilentAgent() : fd_(::socket(AF_INET, SOCK_STREAM | SOCK_CLOEXEC, 0)) {
    sockaddr_in address{};
    address.sin_family = AF_INET;
    address.sin_addr.s_addr = htonl(INADDR_LOOPBACK);
    socklen_t size = sizeof(address);
    auto* plain = reinterpret_cast<sockaddr*>(&address);
    REQUIRE(::bind(fd_, plain, size) == 0);
    REQUIRE(::listen(fd_, 8) == 0);
    REQUIRE(::getsockname(fd_, plain, &size) == 0);
    port_ = ntohs(address.sin_port);
  }
  ~SilentAgent() { ::close(fd_); }
  SilentAgent(const SilentAgent&) = delete;
  SilentAgent& operator=(const SilentAgent&) = delete;

  [[nodiscard]] Settings settings() const {
    Settings settings;
    settings.url = "http://127.0.0.1:" + std::to_string(port_);
    return settings;
  }

 private:
  int fd_;
  std::uint16_t port_ = 0;
};

// Of a machine that slept for an hour after the first look at it: only the wall clock went on.
class SleepyClock final : public Clock {
 public:
  [[nodiscard]] Instant now() const override {
    Instant now = SystemClock().now();
    if (looks_++ > 0) now.wall += 1h;
    return now;
  }

 private:
  mutable int looks_ = 0;
};

const Query kLong{
    .path = "/v1/agent/connect/ca/roots", .blocking = {.index = 7, .wait = 60s}, .patience = 10s};

TEST_CASE("a machine that has slept does not wait for what was asked before") {
  const SilentAgent agent;
  const SleepyClock clock;
  Client client(agent.settings(), clock);
  const SteadyTime began = SystemClock().now().steady;
  const auto answer = client.get(kLong);
  REQUIRE_FALSE(answer);
  CHECK(answer.error().code == ErrorCode::unreachable);
  CHECK(answer.error().message.find("slept") != std::string::npos);
  CHECK(SystemClock().now().steady - began < 20s);
}

TEST_CASE("a request that is given up ends at once, and so does every later one") {
  const SilentAgent agent;
  const SystemClock clock;
  Client client(agent.settings(), clock);
  const SteadyTime began = clock.now().steady;
  std::jthread canceller([&] {
    std::this_thread::sleep_for(100ms);
    client.cancel();
  });
  CHECK_FALSE(client.get(kLong));
  CHECK_FALSE(client.get(kLong));
  CHECK(clock.now().steady - began < 20s);
}

TEST_CASE("an agent that never answers is waited for no longer than was said") {
  const SilentAgent agent;
  const SystemClock clock;
  Client client(agent.settings(), clock);
  const SteadyTime began = clock.now().steady;
  const auto answer = client.get({.path = "/", .patience = 300ms});
  REQUIRE_FALSE(answer);
  CHECK(answer.error().code == ErrorCode::unreachable);
  CHECK(clock.now().steady - began < 20s);
}

}  // namespace
}  // namespace gw::consul
