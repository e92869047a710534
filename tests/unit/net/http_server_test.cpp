#include "net/http_server.h"

#include <atomic>
#include <chrono>
#include <string>
#include <thread>

#include <doctest/doctest.h>

#include "net/signal.h"
#include "support/raw_client.h"

using namespace gw;
using namespace gw::net;
using namespace std::chrono_literals;
using gw::testing::RawClient;

namespace {

// Answers /quick at once, /drop never, and everything else when release() is called.
struct Bench {
  Bench()
      : server(
            loop, *listen_on({IpAddress::loopback(), 0}, {}), {},
            [this](const HttpRequest& request) { return answer(request); },
            [](std::uint16_t status, const Address&) {
              HttpResponse response;
              response.status = status;
              return response;
            }),
        thread([this] { loop.run(); }) {}
  ~Bench() {
    loop.stop();
    thread.join();
    loop.end();
  }
  Bench(const Bench&) = delete;
  Bench& operator=(const Bench&) = delete;

  Task<HttpResponse> answer(const HttpRequest& request) {
    HttpResponse response;
    response.body = request.target;
    response.dropped = request.target == "/drop";
    if (request.target == "/quick") co_return response;
    Signal done(loop);
    waiting = &done;
    request.on_departure([&] {
      ++departed;
      done.set();
    });
    ++begun;
    if (!response.dropped) co_await done.wait();
    waiting = nullptr;
    co_return response;
  }
  void release() {
    loop.post([this] {
      if (waiting != nullptr) waiting->set();
    });
  }
  static bool soon(const std::atomic<int>& count, int wanted) {
    for (int i = 0; i < 500 && count < wanted; ++i) std::this_thread::sleep_for(10ms);
    return count == wanted;
  }
  [[nodiscard]] std::uint16_t port() const { return server.address().port; }

  SystemClock clock;
  Loop loop{clock};
  Signal* waiting = nullptr;
  std::atomic<int> begun = 0;
  std::atomic<int> departed = 0;
  HttpServer server;
  std::thread thread;
};

}  // namespace

TEST_CASE("a handler that waits learns that its client has gone") {
  Bench bench;
  RawClient client(bench.port());
  client.send(RawClient::request("GET", "/slow"));
  REQUIRE(Bench::soon(bench.begun, 1));
  client.close();
  CHECK(Bench::soon(bench.departed, 1));
  RawClient other(bench.port());
  CHECK(other.ask("GET", "/quick") == "200 /quick");
}

TEST_CASE("what a client sends ahead while it waits is kept and answered in turn") {
  Bench bench;
  RawClient client(bench.port());
  client.send(RawClient::request("GET", "/slow"));
  REQUIRE(Bench::soon(bench.begun, 1));
  client.send(RawClient::request("GET", "/quick") + RawClient::request("GET", "/slow"));
  std::this_thread::sleep_for(50ms);
  CHECK(bench.begun == 1);
  bench.release();
  CHECK(RawClient::short_form(client.read()) == "200 /slow");
  CHECK(RawClient::short_form(client.read()) == "200 /quick");
  REQUIRE(Bench::soon(bench.begun, 2));
  bench.release();
  CHECK(RawClient::short_form(client.read()) == "200 /slow");
  CHECK(client.ask("GET", "/quick") == "200 /quick");
  CHECK(bench.departed == 0);
}

TEST_CASE("more than a block sent ahead ends the watch, not the connection") {
  Bench bench;
  RawClient client(bench.port());
  client.send(RawClient::request("GET", "/slow"));
  REQUIRE(Bench::soon(bench.begun, 1));
  std::string many;
  while (many.size() < 3 * kBlockBytes) many += RawClient::request("GET", "/quick");
  client.send(many);
  std::this_thread::sleep_for(50ms);
  bench.release();
  CHECK(RawClient::short_form(client.read()) == "200 /slow");
  CHECK(RawClient::short_form(client.read()) == "200 /quick");
  CHECK(bench.departed == 0);
}

TEST_CASE("a client that closes its sending side is gone for who waits, and answered") {
  Bench bench;
  RawClient client(bench.port());
  client.send(RawClient::request("GET", "/slow"));
  REQUIRE(Bench::soon(bench.begun, 1));
  client.shutdown_send();
  CHECK(RawClient::short_form(client.read()) == "200 /slow");
  CHECK(client.read() == "closed");
  CHECK(bench.departed == 1);
}

TEST_CASE("a dropped answer resets the connection") {
  Bench bench;
  RawClient client(bench.port());
  CHECK(client.ask("GET", "/drop") == "reset");
}

TEST_CASE("the server may end while a handler waits and is watched") {
  Bench bench;
  RawClient client(bench.port());
  client.send(RawClient::request("GET", "/slow"));
  REQUIRE(Bench::soon(bench.begun, 1));
}
