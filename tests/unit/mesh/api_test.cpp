#include "mesh/api.h"

#include <chrono>
#include <memory>
#include <string>
#include <sys/resource.h>
#include <thread>
#include <vector>

#include <doctest/doctest.h>

#include "mesh/state.h"
#include "support/raw_client.h"

namespace gw::mesh {
namespace {

using testing::RawClient;
using namespace std::chrono_literals;

constexpr std::string_view kControl = "X-Gatewayctl: mesh\r\n";
const std::string kList = "/v1/connect/intentions";

struct World {
  World() {
    auto made = State::create(loop, {});
    REQUIRE(made);
    state = std::move(*made);
    auto descriptor = net::listen_on({IpAddress::loopback(), 0}, {});
    REQUIRE(descriptor);
    api = std::make_unique<Api>(*state, *descriptor);
    thread = std::thread([this] { loop.run(); });
  }
  ~World() {
    loop.stop();
    thread.join();
    loop.end();
  }
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  [[nodiscard]] std::uint16_t port() const { return api->address().port; }
  std::string ask(std::string_view method, std::string_view target, std::string_view body = {},
                  std::string_view fields = {}) const {
    RawClient client(port());
    return client.ask(method, target, body, fields);
  }
  std::string control(std::string_view method, std::string_view what) const {
    return ask(method, "/v1/gatewayctl/" + std::string(what), {}, kControl);
  }
  std::string create(const std::string& source) const {
    return ask("POST", kList,
               R"({"SourceName":")" + source + R"(","DestinationName":"web","Action":"deny"})");
  }
  // As the control shows it.
  [[nodiscard]] bool waits(std::size_t count) const {
    const std::string wanted = "\"waiting\": " + std::to_string(count) + ",";
    for (int i = 0; i < 500; ++i) {
      if (control("GET", "status").find(wanted) != std::string::npos) return true;
      std::this_thread::sleep_for(10ms);
    }
    return false;
  }

  SystemClock clock;
  net::Loop loop{clock};
  std::unique_ptr<State> state;
  std::unique_ptr<Api> api;
  std::thread thread;
};

std::string index_of(const std::string& response) {
  const std::size_t at = response.find("X-Consul-Index: ");
  return response.substr(at + 16, response.find('\r', at) - at - 16);
}

double seconds_since(std::chrono::steady_clock::time_point start) {
  return std::chrono::duration<double>(std::chrono::steady_clock::now() - start).count();
}

// How many connections a test may have: two descriptors each.
std::size_t most_clients(std::size_t wanted) {
  rlimit limit{};
  getrlimit(RLIMIT_NOFILE, &limit);
  limit.rlim_cur = limit.rlim_max;
  setrlimit(RLIMIT_NOFILE, &limit);
  return std::min<std::size_t>(wanted, limit.rlim_cur / 2 - 100);
}

}  // namespace

TEST_CASE(
    "a request with an older index is answered at once, with the current one until a change") {
  World world;
  CHECK(world.ask("GET", kList + "?index=0").starts_with("200 []"));
  world.create("a");
  RawClient client(world.port());
  client.send(RawClient::request("GET", kList + "?index=1"));
  const std::string first = client.read();
  const std::string index = index_of(first);
  client.send(RawClient::request("GET", kList + "?index=" + index));
  REQUIRE(world.waits(1));
  world.create("b");
  const std::string second = client.read();
  CHECK(second.find("\"b\"") != std::string::npos);
  CHECK(std::stoul(index_of(second)) > std::stoul(index));
  CHECK(world.waits(0));
}

TEST_CASE("a wait ends with the same answer, spread by a sixteenth, also for an index to come") {
  World world;
  RawClient client(world.port());
  for (const char* index : {"1", "9999"}) {
    const auto start = std::chrono::steady_clock::now();
    client.send(RawClient::request("GET", kList + "?wait=300ms&index=" + index));
    CHECK(index_of(client.read()) == "1");
    CHECK(seconds_since(start) > 0.29);
    CHECK(seconds_since(start) < 5);
  }
}

TEST_CASE("a watcher that has gone is forgotten") {
  World world;
  {
    RawClient client(world.port());
    client.send(RawClient::request("GET", kList + "?index=1"));
    REQUIRE(world.waits(1));
  }
  CHECK(world.waits(0));
}

TEST_CASE("a thousand watchers of one index are all told within a second") {
  World world;
  const std::size_t count = most_clients(1000);
  std::vector<std::unique_ptr<RawClient>> clients;
  for (std::size_t i = 0; i < count; ++i) {
    clients.push_back(std::make_unique<RawClient>(world.port()));
    clients.back()->send(
        RawClient::request("GET", kList + "?index=1", {}, "Accept-Encoding: gzip\r\n"));
  }
  REQUIRE(world.waits(count));
  const auto start = std::chrono::steady_clock::now();
  world.create("a");
  std::size_t told = 0;
  for (const auto& client : clients) told += client->read().starts_with("HTTP/1.1 200") ? 1U : 0U;
  const double took = seconds_since(start);
  CHECK(told == count);
  // The bound is checked with the program; here sanitizers and busy machines have time.
  CHECK(took < 10);
  MESSAGE(count << " watchers told in " << took << " s");
}

TEST_CASE("the agent can be down, and only the control is answered") {
  World world;
  RawClient watcher(world.port());
  watcher.send(RawClient::request("GET", kList + "?index=1"));
  REQUIRE(world.waits(1));
  RawClient idle(world.port());
  CHECK(idle.ask("GET", "/v1/status/leader").starts_with("200 "));
  CHECK(world.control("PUT", "fault/agent/down").starts_with("200 "));
  CHECK(watcher.read() == "reset");
  CHECK(idle.ask("GET", "/v1/status/leader") == "reset");
  CHECK(world.ask("GET", "/v1/nope") == "reset");
  CHECK(world.control("GET", "status").find("\"agent_down\": true") != std::string::npos);
  CHECK(world.control("PUT", "fault/agent/up").starts_with("200 "));
  CHECK(world.ask("GET", "/v1/status/leader").starts_with("200 "));
}

TEST_CASE("the agent can be slow, but not to its control") {
  World world;
  CHECK(world.control("PUT", "fault/agent/slow?delay=300ms").starts_with("200 "));
  auto start = std::chrono::steady_clock::now();
  CHECK(world.ask("GET", "/v1/status/leader").starts_with("200 "));
  CHECK(seconds_since(start) > 0.29);
  CHECK(world.control("PUT", "fault/agent/slow?delay=x").starts_with("400 delay is a span"));
  CHECK(world.control("PUT", "fault/agent/up").starts_with("200 "));
}

TEST_CASE("watchers may leave while a slow agent holds their answers back") {
  World world;
  CHECK(world.control("PUT", "fault/agent/slow?delay=3s").starts_with("200 "));
  {
    std::vector<std::unique_ptr<RawClient>> clients;
    for (int i = 0; i < 20; ++i) {
      clients.push_back(std::make_unique<RawClient>(world.port()));
      clients.back()->send(RawClient::request("GET", kList + "?wait=1500ms&index=9999"));
    }
    REQUIRE(world.waits(20));
    REQUIRE(world.waits(0));  // each has its answer, and is not given it yet
  }
  CHECK(world.control("PUT", "fault/agent/up").starts_with("200 "));
  CHECK(world.ask("GET", "/v1/status/leader").starts_with("200 "));
}

TEST_CASE("a root can be rotated and a leaf expired") {
  World world;
  CHECK(world.control("PUT", "fault/rotate-root").find("\"roots\": 2,") != std::string::npos);
  CHECK(world.control("PUT", "fault/expire-leaf/web?for=10s").starts_with("200 "));
  CHECK(world.control("PUT", "fault/expire-leaf/").starts_with("400 which service"));
  CHECK(world.control("GET", "fault/rotate-root").starts_with("405 "));
}

TEST_CASE("the control is not for pages in browsers, however its path is written") {
  World world;
  for (const char* path :
       {"/v1/gatewayctl/fault/rotate-root", "/v1/%67atewayctl/fault/rotate-root"}) {
    CHECK(world.ask("PUT", path).starts_with("403 "));
    CHECK(world.ask("PUT", path, {}, "X-Gatewayctl: yes\r\n").starts_with("403 "));
  }
  CHECK(world.ask("GET", "/v1/gatewayctl/status").starts_with("403 "));
  CHECK(world.control("GET", "status").find("\"roots\": 1,") != std::string::npos);
}

TEST_CASE("the agent says who it is") {
  World world;
  CHECK(world.ask("GET", "/v1/status/leader") == "200 \"127.0.0.1:8300\"\n");
  CHECK(world.ask("GET", "/v1/status/peers") == "200 [\n    \"127.0.0.1:8300\"\n]\n");
  CHECK(world.ask("GET", "/v1/catalog/datacenters?dc=x") == "200 [\n    \"dc1\"\n]\n");
  CHECK(world.ask("GET", "/v1/agent/self").find("\"Version\": \"1.8.7\"") != std::string::npos);
  CHECK(world.ask("GET", "/v1/agent/members").find("\"build\": \"1.8.7:\"") != std::string::npos);
  CHECK(world.ask("GET", "/v1/acl/token/self") == "401 ACL support disabled");
  RawClient client(world.port());
  client.send(RawClient::request("GET", "/v1/status/leader", {}, "Accept-Encoding: gzip\r\n"));
  CHECK(client.read().find("Content-Encoding: gzip\r\nContent-Type: application/json\r\nVary: ") !=
        std::string::npos);
}

}  // namespace gw::mesh
