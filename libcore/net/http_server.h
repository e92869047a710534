// A small HTTP/1.1 server for what is not the data plane: whole requests in, whole responses out.
//
// As strict as the proxy: the same parser, framing and writer. The handler may take its time (it is
// a coroutine); one request a connection is under way.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "http/head_parser.h"
#include "net/buffer.h"
#include "net/listener.h"
#include "net/stream.h"

namespace gw::net {

// Views live until the handler has ended.
struct HttpRequest {
  std::string_view method;
  std::string_view target;
  std::span<const http::Field> fields;
  std::string_view body;
  Address peer;
  http::Version version = http::Version::http11;
  // For a handler that waits for long: has its action called, once and on the loop, when the client
  // closes its side or the connection fails before the handler has ended. Until then the server
  // reads on, and keeps what the client sends ahead (up to kBlockBytes; then it stops watching).
  // An empty action takes back the one before.
  std::function<void(std::function<void()> action)> on_departure{};
};

struct HttpResponse {
  std::uint16_t status = 200;
  std::vector<std::pair<std::string, std::string>> fields;  // without Date, Connection and framing
  std::string body;
  std::optional<std::uint64_t> length;  // Content-Length of an answer without its body (HEAD)
  bool dropped = false;                 // no answer at all: the connection is reset
};

struct HttpServerOptions {
  http::HeadLimits head;
  std::size_t body_bytes = std::size_t{10} << 20;
  std::size_t connections = 256;  // more are closed at once
  std::chrono::seconds head_time{10};
  std::chrono::seconds body_time{30};
  std::chrono::seconds keep_alive{60};
  std::function<Result<SslHandle>()> tls;  // a session for each connection; none: plain
};

// On its loop's thread alone. Destroyed after Loop::end().
class HttpServer {
 public:
  using Handler = std::function<Task<HttpResponse>(const HttpRequest&)>;
  // An answer to what never became a whole request: 400, 408, 413, 431, 501, ...
  using Refuse = std::function<HttpResponse(std::uint16_t status, const Address& peer)>;

  // Takes the descriptor.
  HttpServer(Loop& loop, int descriptor, HttpServerOptions options, Handler handler, Refuse refuse);
  ~HttpServer();
  HttpServer(const HttpServer&) = delete;
  HttpServer& operator=(const HttpServer&) = delete;

  [[nodiscard]] Address address() const { return listener_.address(); }
  [[nodiscard]] std::size_t connections() const { return open_; }

 private:
  class Connection;

  Loop& loop_;
  HttpServerOptions options_;
  Handler handler_;
  Refuse refuse_;
  BufferPool buffers_;
  std::size_t open_ = 0;
  Listener listener_;
};

}  // namespace gw::net
