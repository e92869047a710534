#include "mesh/check_probe.h"

#include <functional>
#include <optional>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <doctest/doctest.h>

#include "net/http_server.h"
#include "net/listener.h"

namespace gw::mesh {
namespace {

constexpr net::BindOptions kBind{};

struct World {
  SystemClock clock;
  net::Loop loop{clock};
  net::BufferPool buffers;
  std::uint16_t status = 200;
  std::string target;  // of the latest request
  std::optional<net::HttpServer> server;

  World() {
    const int descriptor = *net::listen_on({*IpAddress::parse("127.93.0.1"), 0}, kBind);
    server.emplace(
        loop, descriptor, net::HttpServerOptions{},
        [this](const net::HttpRequest& request) -> net::Task<net::HttpResponse> {
          target = request.target;
          net::HttpResponse response;
          response.status = status;
          response.body = "fine";
          co_return response;
        },
        [](std::uint16_t, const net::Address&) { return net::HttpResponse{}; });
  }
  ~World() { loop.end(); }
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  std::string address() const { return server->address().str(); }

  Found look(CheckKind kind, CheckPlan plan) {
    std::optional<Found> found;
    boost::asio::co_spawn(
        loop.executor(),
        [&]() -> net::Task<void> {
          Found answer = co_await probe(loop, buffers, kind, std::move(plan));
          found = std::move(answer);
          loop.stop();
        },
        boost::asio::detached);
    loop.run();
    return *found;
  }
};

TEST_CASE("a TCP check passes where something listens, and says why it does not") {
  World world;
  Found found = world.look(CheckKind::tcp, {.target = world.address()});
  CHECK(found.status == Health::passing);
  CHECK(found.output == "TCP connect " + world.address() + ": Success");
  found = world.look(CheckKind::tcp, {.target = "127.93.0.1:1"});
  CHECK(found.status == Health::critical);
  CHECK(found.output == "dial tcp 127.93.0.1:1: connect: connection refused");
  found = world.look(CheckKind::tcp, {.target = "nohost:1"});
  CHECK(found.output ==
        "dial tcp: lookup nohost: this agent resolves no names; give an IP address or localhost");
  found = world.look(CheckKind::tcp, {.target = "127.0.0.1"});
  CHECK(found.output == "dial tcp: address 127.0.0.1: missing port in address");
}

TEST_CASE("an HTTP check goes by the status") {
  World world;
  const std::string url = "http://" + world.address() + "/health?x=1";
  Found found = world.look(CheckKind::http, {.target = url});
  CHECK(found.status == Health::passing);
  CHECK(found.output == "HTTP GET " + url + ": 200 OK Output: fine");
  CHECK(world.target == "/health?x=1");
  world.status = 429;
  found = world.look(CheckKind::http, {.target = url});
  CHECK(found.status == Health::warning);
  world.status = 503;
  found = world.look(CheckKind::http, {.target = url});
  CHECK(found.status == Health::critical);
  CHECK(found.output == "HTTP GET " + url + ": 503 Service Unavailable Output: fine");
}

TEST_CASE("an HTTP check that cannot be made is critical and says so") {
  World world;
  const auto output = [&](CheckPlan plan) {
    const Found found = world.look(CheckKind::http, std::move(plan));
    CHECK(found.status == Health::critical);
    return found.output;
  };
  CHECK(output({.target = "http://127.93.0.1:1/x"}) ==
        "Get \"http://127.93.0.1:1/x\": dial tcp 127.93.0.1:1: connect: connection refused");
  CHECK(output({.target = "ftp://127.93.0.1:1/x"}) ==
        "Get \"ftp://127.93.0.1:1/x\": unsupported protocol scheme \"ftp\"");
  CHECK(output({.target = "https://127.93.0.1/x"}) == "this agent's HTTP checks know no TLS");
  CHECK(output({.target = "http://127.93.0.1/x", .method = "POST"}) ==
        "this agent's HTTP checks only GET; method POST is not tried");
}

}  // namespace
}  // namespace gw::mesh
