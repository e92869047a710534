#include "consul/client.h"

#include <arpa/inet.h>
#include <atomic>
#include <filesystem>
#include <netdb.h>
#include <string>
#include <sys/socket.h>
#include <thread>
#include <unistd.h>

#include <doctest/doctest.h>

#include "base/files.h"
#include "scripted_agent.h"

namespace {

using namespace std::chrono_literals;

std::atomic<bool> name_servers_are_silent{true};

}  // namespace

// In the place of the C library's, which libcurl calls: none of these tests has a name to resolve
// but one whose name servers say nothing for long.
extern "C" __attribute__((visibility("default"))) int getaddrinfo(const char* /*name*/,
                                                                  const char* /*service*/,
                                                                  const addrinfo* /*hints*/,
                                                                  addrinfo** /*found*/) {
  for (int i = 0; i < 4000 && name_servers_are_silent.load(); ++i) {
    std::this_thread::sleep_for(10ms);
  }
  return EAI_AGAIN;
}

namespace gw::consul {
namespace {

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

TEST_CASE("a name that nobody resolves is waited for no longer than was said") {
  const SystemClock clock;
  const SteadyTime began = clock.now().steady;
  {
    Settings settings;
    settings.url = "http://silent.invalid:8500";
    Client client(std::move(settings), clock);
    CHECK_FALSE(client.get({.path = "/", .patience = 300ms}));
  }
  CHECK(clock.now().steady - began < 20s);
  name_servers_are_silent.store(false);
}

TEST_CASE("a token file that was replaced is used from the next question on") {
  ScriptedAgent agent({{}, {}, {}, {}, {}, {}});
  const std::string path = std::filesystem::temp_directory_path() /
                           ("gw_client_test." + std::to_string(::getpid()) + ".token");
  Settings settings = agent.settings();
  settings.token = Secret("first");
  settings.token_file = path;
  const SystemClock clock;
  Client client(std::move(settings), clock);
  const auto ask = [&] { REQUIRE(client.get({.path = "/"})); };
  ask();
  REQUIRE(write_file(path, "second\n"));
  ask();
  REQUIRE(write_file(path, "third\r\nX-Evil: 1\n"));
  ask();
  REQUIRE(write_file(path, "\n"));
  ask();
  std::filesystem::remove(path);
  ask();
  REQUIRE(write_file(path, "third\n"));
  ask();
  std::filesystem::remove(path);

  const auto asked = agent.asked();
  REQUIRE(asked.size() == 6);
  const std::vector<std::string> tokens{"first", "second", "second", "second", "second", "third"};
  for (std::size_t i = 0; i < tokens.size(); ++i) {
    CAPTURE(i);
    CHECK(asked[i].find("X-Consul-Token: " + tokens[i] + "\r\n") != std::string::npos);
    CHECK(asked[i].find("X-Evil") == std::string::npos);
  }
}

}  // namespace
}  // namespace gw::consul
