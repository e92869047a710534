#include "mesh/sample_service.h"

#include <chrono>
#include <memory>
#include <string>
#include <thread>

#include <doctest/doctest.h>

#include "mesh_bench.h"

using namespace gw;
using namespace gw::mesh;
using namespace gw::testing;
using namespace std::chrono_literals;

namespace {

SampleOptions sample(const char* name, const char* ip) {
  SampleOptions options;
  options.behaviour.name = name;
  options.listen = loopback(ip);
  options.local = IpAddress::parse(ip).value();
  return options;
}

std::string local(std::uint16_t port) {
  return "http://localhost:" + std::to_string(port);
}

struct Bench {
  LoopThread on;
  std::vector<std::unique_ptr<SampleService>> services;

  SampleService& start(SampleOptions options) {
    auto made = SampleService::start(on.loop, std::move(options));
    REQUIRE(made);
    services.push_back(std::move(*made));
    return *services.back();
  }
  ~Bench() { on.stop(); }
};

// Takes one connection, reads a request and says what it is told, with a reset at the end where
// that is asked for.
class Peer {
 public:
  explicit Peer(std::string says, bool resets = false)
      : fd_(net::listen_on(loopback("127.91.3.1"), {}).value()),
        port_(net::local_address(fd_).port),
        thread_([this, text = std::move(says), resets] { serve(text, resets); }) {}
  ~Peer() {
    thread_.join();
    ::close(fd_);
  }
  Peer(const Peer&) = delete;
  Peer& operator=(const Peer&) = delete;

  [[nodiscard]] std::uint16_t port() const { return port_; }
  [[nodiscard]] const std::string& request() const { return request_; }  // once it was answered

 private:
  void serve(const std::string& text, bool resets) {
    pollfd ready{.fd = fd_, .events = POLLIN, .revents = 0};
    if (::poll(&ready, 1, 5000) != 1) return;
    const int fd = ::accept4(fd_, nullptr, nullptr, SOCK_CLOEXEC);
    std::string buffer(65536, '\0');
    const ssize_t got = ::recv(fd, buffer.data(), buffer.size(), 0);
    request_ = buffer.substr(0, got > 0 ? static_cast<std::size_t>(got) : 0);
    if (!text.empty()) ::send(fd, text.data(), text.size(), MSG_NOSIGNAL);
    const linger at_once{.l_onoff = 1, .l_linger = 0};
    if (resets) ::setsockopt(fd, SOL_SOCKET, SO_LINGER, &at_once, sizeof at_once);
    ::close(fd);
  }

  int fd_;
  std::uint16_t port_;
  std::string request_;
  std::thread thread_;
};

// What web says when its one upstream says that.
std::string web_with(const Peer& peer) {
  Bench bench;
  SampleOptions options = sample("web", "127.91.3.1");
  options.upstream_uris = {local(peer.port())};
  options.upstream_time = 300ms;
  const auto at = bench.start(std::move(options)).address();
  bench.on.start();
  return ask(at, "GET /");
}

}  // namespace

TEST_CASE("a sample service answers health, and everything else as fake-service does") {
  Bench bench;
  SampleOptions options = sample("api", "127.91.1.4");
  options.behaviour.message = "Response from API v1";
  SampleService& api = bench.start(std::move(options));
  const auto at = api.address();
  bench.on.start();

  const std::string health = ask(at, "GET /health");
  CHECK(health.starts_with("HTTP/1.1 200 OK\r\n"));
  CHECK(body_of(health) == "OK");
  CHECK(body_of(ask(at, "POST /%68ealth?x")) == "OK");

  const std::string answer = ask(at, "PATCH /a%20b?c=<d>");
  CHECK(answer.starts_with("HTTP/1.1 200 OK\r\n"));
  CHECK(has(answer, "\r\nVary: Origin\r\n"));
  CHECK(has(answer, "\r\nContent-Type: text/plain; charset=utf-8\r\n"));
  CHECK_FALSE(has(answer, "\r\nServer:"));
  CHECK_FALSE(has(answer, "Access-Control"));
  const std::string body = body_of(answer);
  CHECK(
      body.starts_with("{\n  \"name\": \"api\",\n  \"uri\": \"/a%20b?c=\\u003cd\\u003e\",\n  "
                       "\"type\": \"HTTP\",\n  \"ip_addresses\": [\n    \"127.91.1.4\"\n  ],\n"
                       "  \"start_time\": \"20"));
  CHECK(body.ends_with("\",\n  \"body\": \"Response from API v1\",\n  \"code\": 200\n}\n"));

  const std::string head = ask(at, "HEAD /");
  CHECK(has(head, "\r\nContent-Length: "));
  CHECK_FALSE(has(head, "\r\nContent-Length: 0\r\n"));
  CHECK(body_of(head).empty());
  CHECK(has(ask(at, "GET /", "Origin: http://x\r\n"), "\r\nAccess-Control-Allow-Origin: *\r\n"));
  CHECK(bench.on.call([&] { return api.requests(); }) == 3);
  CHECK(bench.on.call([&] { return api.failures(); }) == 0);
}

TEST_CASE("web calls api with the inbound path and fields, and shows its answer") {
  Bench bench;
  SampleOptions api = sample("api-v1", "127.91.2.3");
  api.behaviour.ip_addresses = {"192.0.2.7"};
  const auto api_at = bench.start(std::move(api)).address();
  SampleOptions web = sample("web", "127.91.2.3");
  web.upstream_uris = {local(api_at.port)};
  const auto at = bench.start(std::move(web)).address();
  bench.on.start();
  const std::string answer = ask(at, "GET /x?q");
  CHECK(answer.starts_with("HTTP/1.1 200 OK\r\n"));
  const std::string body = body_of(answer);
  CHECK(has(body,
            "  \"body\": \"Hello World\",\n  \"upstream_calls\": [\n    {\n      \"name\": "
            "\"api-v1\",\n      \"uri\": \"" +
                local(api_at.port) +
                "\",\n      \"type\": \"HTTP\",\n      \"ip_addresses\": [\n        "
                "\"192.0.2.7\"\n      ],\n      \"start_time\": \""));
  CHECK(body.ends_with("      \"code\": 200\n    }\n  ],\n  \"code\": 200\n}\n"));
}

TEST_CASE("the call to an upstream is a GET that carries the path and the last of each field") {
  const Peer peer("HTTP/1.1 200 OK\r\nContent-Length: 2\r\n\r\nhi");
  Bench bench;
  SampleOptions options = sample("web", "127.91.3.1");
  options.upstream_uris = {local(peer.port()) + "/v1"};
  const auto at = bench.start(std::move(options)).address();
  bench.on.start();
  const std::string answer =
      ask(at, "POST /a%20b?q=1",
          "x-two: 1\r\nX-Two: 2\r\nuser-agent: me\r\nTE: trailers\r\nContent-Length: 0\r\n");
  CHECK(peer.request() ==
        "GET /v1/a%20b HTTP/1.1\r\nHost: localhost:" + std::to_string(peer.port()) +
            "\r\nUser-Agent: me\r\nX-Two: 2\r\nConnection: close\r\n\r\n");
  // 200 with a body that is no JSON of ours.
  CHECK(has(body_of(answer), "\"upstream_calls\": [\n    {\n      \"uri\": \"" +
                                 local(peer.port()) + "/v1\",\n      \"code\": 200\n    }\n  ]"));
}

TEST_CASE("upstreams that fail are told apart in Go's words") {
  struct Row {
    const char* says;
    bool resets;
    const char* error;
    int code;
  };
  for (const Row& row : {
           Row{"", false, ": EOF\"", -1},
           Row{"", true, ": read: connection reset by peer\"", -1},
           Row{"HTTP/1.1 200 OK\r\nConte", false,
               ": net/http: HTTP/1.x transport connection broken: unexpected EOF\"", -1},
           Row{"hello\r\n\r\n", false, "malformed HTTP response \\\"hello\\\"\"", -1},
           Row{"HTTP/1.1 200 OK\r\nContent-Length: 9\r\n\r\nshort", false,
               "\"Error reading response body: \\u0026{%!d(string=unexpected EOF)}\"", 200},
           Row{"HTTP/1.1 100 Continue\r\n\r\nHTTP/1.1 503 No\r\nContent-Length: 0\r\n\r\n", false,
               "\"Error processing upstream request: http://localhost:", 503},
           Row{"HTTP/1.1 302 Found\r\nLocation: /x\r\nContent-Length: 0\r\n\r\n", false,
               "\"Error processing upstream request: http://localhost:", 302},
       }) {
    const Peer peer(row.says, row.resets);
    const std::string answer = web_with(peer);
    INFO(row.says, "\n", answer);
    CHECK(answer.starts_with("HTTP/1.1 500 Internal Server Error\r\n"));
    CHECK(has(answer, row.error));
    CHECK(has(answer, "      \"code\": " + std::to_string(row.code) + ",\n"));
    CHECK(has(answer, "  ],\n  \"code\": 500\n}\n"));
    CHECK_FALSE(has(answer, "\"body\""));
  }
}

TEST_CASE("an upstream's error keeps what its JSON says, and ends the calls") {
  const std::string json = R"({"name":"api","type":"HTTP","code":500,"error":"inner"})";
  const Peer peer("HTTP/1.1 500 No\r\nContent-Length: " + std::to_string(json.size()) + "\r\n\r\n" +
                  json);
  Bench bench;
  SampleOptions options = sample("web", "127.91.3.1");
  options.upstream_uris = {local(peer.port()), "http://localhost:1"};
  const auto at = bench.start(std::move(options)).address();
  bench.on.start();
  const std::string body = body_of(ask(at, "GET /"));
  CHECK(has(body, "\"name\": \"api\""));
  CHECK(has(body, "\"error\": \"Error processing upstream request: " + local(peer.port()) + "/\""));
  CHECK_FALSE(has(body, "inner"));
  CHECK_FALSE(has(body, "localhost:1\""));
}

TEST_CASE("upstreams that cannot be called at all are told apart, too") {
  Bench bench;
  SampleOptions refused = sample("web", "127.91.3.2");
  refused.upstream_uris = {"http://localhost:1"};
  const auto refused_at = bench.start(std::move(refused)).address();
  SampleOptions unknown = sample("web", "127.91.3.2");
  unknown.upstream_uris = {"http://elsewhere.test:1/"};
  const auto unknown_at = bench.start(std::move(unknown)).address();
  SampleOptions grpc = sample("web", "127.91.3.2");
  grpc.upstream_uris = {"grpc://localhost:1"};
  const auto grpc_at = bench.start(std::move(grpc)).address();
  bench.on.start();
  CHECK(has(ask(refused_at, "GET /"),
            "\"Error communicating with upstream service: Get http://localhost:1/: dial tcp "
            "127.91.3.2:1: connect: connection refused\""));
  CHECK(has(ask(unknown_at, "GET /a"),
            "Get http://elsewhere.test:1//a: dial tcp: lookup "
            "elsewhere.test: no such host\""));
  CHECK(has(ask(grpc_at, "GET /"),
            "Get grpc://localhost:1: unsupported protocol scheme \\\"grpc\\\"\""));
}

TEST_CASE("an upstream that says nothing is given up") {
  const int silent = net::listen_on(loopback("127.91.3.3"), {}).value();
  Bench bench;
  SampleOptions options = sample("web", "127.91.3.3");
  options.upstream_uris = {local(net::local_address(silent).port)};
  options.upstream_time = 50ms;
  const auto at = bench.start(std::move(options)).address();
  bench.on.start();
  CHECK(has(ask(at, "GET /"),
            ": net/http: request canceled (Client.Timeout exceeded while "
            "awaiting headers)\""));
  ::close(silent);
}

TEST_CASE("an upstream's body has a bound") {
  const std::string much(2 << 20, 'x');
  const Peer peer("HTTP/1.1 200 OK\r\nConnection: close\r\n\r\n" + much);
  const std::string answer = web_with(peer);
  CHECK(has(answer, "\"Error reading response body: "));
  CHECK(answer.size() < 2000);
}

TEST_CASE("injected errors are short and carry neither time nor body") {
  Bench bench;
  SampleOptions options = sample("web", "127.91.3.4");
  options.behaviour.error_rate = 0.5;
  options.behaviour.error_code = 503;
  SampleService& web = bench.start(std::move(options));
  const auto at = web.address();
  bench.on.start();
  CHECK(ask(at, "GET /").starts_with("HTTP/1.1 200 OK\r\n"));
  const std::string answer = ask(at, "GET /");
  CHECK(answer.starts_with("HTTP/1.1 503 "));
  CHECK(body_of(answer) ==
        "{\n  \"name\": \"web\",\n  \"uri\": \"/\",\n  \"type\": \"HTTP\",\n  \"ip_addresses\": "
        "[\n    \"127.91.3.4\"\n  ],\n  \"code\": 503,\n  \"error\": \"Service error automatically "
        "injected\"\n}\n");
  CHECK(bench.on.call([&] { return web.requests(); }) == 2);
  CHECK(bench.on.call([&] { return web.failures(); }) == 1);
}

TEST_CASE("a service takes the time that it is told to take") {
  Bench bench;
  SampleOptions options = sample("web", "127.91.3.5");
  options.behaviour.timing_50 = 60ms;
  const auto at = bench.start(std::move(options)).address();
  bench.on.start();
  const auto begun = std::chrono::steady_clock::now();
  const std::string answer = ask(at, "GET /");
  CHECK(std::chrono::steady_clock::now() - begun >= 60ms);
  CHECK(has(answer, "\"duration\": \""));
}

TEST_CASE("an address that is taken is an error that names it") {
  Bench bench;
  const auto at = bench.start(sample("one", "127.91.3.6")).address();
  SampleOptions second = sample("two", "127.91.3.6");
  second.listen = at;
  const auto made = SampleService::start(bench.on.loop, std::move(second));
  REQUIRE_FALSE(made);
  CHECK(has(made.error().message, at.str()));
  bench.on.start();
}
