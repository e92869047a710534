#include "net/http_server.h"

#include <array>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include "base/time.h"
#include "http/framing.h"
#include "http/head_writer.h"
#include "net/body_reader.h"
#include "net/part.h"
#include "net/signal.h"

namespace gw::net {
namespace {

// Of what a refused client still sends.
constexpr std::chrono::seconds kLingering{5};
constexpr std::size_t kMostDropped = std::size_t{16} << 20;

}  // namespace

class HttpServer::Connection : public std::enable_shared_from_this<Connection> {
 public:
  Connection(HttpServer& server, Socket socket, const Address& peer)
      : server_(server),
        peer_(peer),
        stream_(server.loop_, std::move(socket)),
        in_(server.buffers_),
        parser_(server.options_.head) {
    ++server_.open_;
  }
  ~Connection() { --server_.open_; }
  Connection(const Connection&) = delete;
  Connection& operator=(const Connection&) = delete;

  Task<void> run() {
    stream_.write_patience(std::chrono::seconds(30));
    const bool ready = co_await prepare();
    bool goes_on = ready;
    while (goes_on) {
      const bool next = co_await serve();
      goes_on = next;
    }
    stream_.close();
  }

 private:
  [[nodiscard]] SteadyTime in(std::chrono::seconds time) const {
    return server_.loop_.now().steady + time;
  }

  Task<bool> prepare() {
    if (!server_.options_.tls) co_return true;
    auto session = server_.options_.tls();
    if (!session) co_return false;
    stream_.read_by(in(server_.options_.head_time));
    const Io io = co_await stream_.handshake(std::move(*session), server_.buffers_);
    co_return io.ok();
  }

  // 0: complete. A status: refused. nullopt: the client has gone.
  Task<std::optional<std::uint16_t>> read_head() {
    parser_.reset();
    stream_.read_by(in(in_.empty() ? server_.options_.keep_alive : server_.options_.head_time));
    while (true) {
      if (!in_.empty()) {
        const auto progress = parser_.parse(in_.readable());
        if (progress == http::Progress::complete) co_return 0;
        if (progress == http::Progress::refused) co_return parser_.refusal().status;
      }
      // Asio tells of the end once: a second read would wait for ever.
      if (has_departed_) co_return std::nullopt;
      const bool first = in_.empty();
      const auto room = in_.room();
      const Io io = co_await stream_.read(room);
      if (io.error == IoError::timeout && !first) co_return 408;
      if (!io.ok()) co_return std::nullopt;
      in_.commit(io.bytes);
      if (first) stream_.read_by(in(server_.options_.head_time));
    }
  }

  Task<bool> serve() {
    const auto refused = co_await read_head();
    if (!refused) co_return false;
    if (*refused != 0) {
      co_await refuse(*refused, "GET");
      co_return false;
    }
    // What is read next may move the head: it goes where it can stay.
    head_.assign(in_.readable().substr(0, parser_.size()));
    in_.consume(head_.size());
    parser_.reset();
    static_cast<void>(parser_.parse(head_));
    const auto framing = http::frame_request(parser_.head(), parser_.index());
    if (!framing) {
      co_await refuse(framing.error().status, "GET");
      co_return false;
    }
    const auto status = co_await read_body(*framing);
    if (!status) co_return false;
    const http::HeadView head = parser_.head();
    if (*status != 0) {
      co_await refuse(*status, head.method);
      co_return false;
    }
    const HttpRequest request{head.method,
                              head.target,
                              head.fields,
                              body_,
                              peer_,
                              head.version,
                              [this](std::function<void()> action) { watch(std::move(action)); }};
    const HttpResponse response = co_await server_.handler_(request);
    if (watch_ended_) co_await end_watch();
    if (response.dropped) {
      stream_.abort();
      co_return false;
    }
    const bool written = co_await answer(response, head.method, framing->keep_alive);
    co_return written && framing->keep_alive;
  }

  // Only who reads learns that the peer has gone.
  void watch(std::function<void()> action) {
    on_departure_ = std::move(action);
    if (watch_ended_) return;
    watch_ended_ = std::make_unique<Signal>(server_.loop_);
    watching_ = true;
    boost::asio::co_spawn(server_.loop_.executor(), read_ahead(shared_from_this()),
                          boost::asio::detached);
  }

  // Holds no memory while nothing comes.
  Task<void> read_ahead(std::shared_ptr<Connection> self) {
    stream_.read_by(Stream::kNever);
    while (watching_ && in_.size() < kBlockBytes) {
      if (in_.empty()) in_.release();
      Io io = co_await stream_.wait_readable();
      if (io.ok() && watching_) {
        const auto room = in_.room();
        io = co_await stream_.read(room);
        in_.commit(io.bytes);
      }
      if (io.ok()) continue;
      has_departed_ = io.error != IoError::timeout;  // that is an interrupt
      if (const auto action = std::exchange(on_departure_, nullptr)) action();
      break;
    }
    self->watch_ended_->set();
  }

  Task<void> end_watch() {
    on_departure_ = nullptr;
    watching_ = false;
    if (!watch_ended_->is_set()) stream_.interrupt();
    co_await watch_ended_->wait();
    watch_ended_.reset();
  }

  // As read_head().
  Task<std::optional<std::uint16_t>> read_body(const http::RequestFraming& framing) {
    body_.clear();
    if (framing.body.kind == http::BodyKind::sized &&
        framing.body.size > server_.options_.body_bytes) {
      co_return 413;
    }
    BodyReader reader(stream_, in_, framing.body);
    stream_.read_by(in(server_.options_.body_time));
    if (framing.expects_continue && !reader.done() && in_.empty()) {
      const Io io = co_await stream_.write("HTTP/1.1 100 Continue\r\n\r\n");
      if (!io.ok()) co_return std::nullopt;
    }
    while (!reader.done()) {
      const auto piece = co_await reader.read();
      if (piece.error == BodyError::malformed) co_return reader.refusal().status;
      if (piece.error == BodyError::timeout) co_return 408;
      if (piece.error != BodyError::none) co_return std::nullopt;
      body_.append(piece.data);
      if (body_.size() > server_.options_.body_bytes) co_return 413;
    }
    static_cast<void>(reader.take());  // gives the last piece back
    co_return 0;
  }

  // The client may still be sending: closing at once would reset the connection, and the answer
  // with it (RFC 9112 section 9.6).
  Task<void> refuse(std::uint16_t status, std::string_view method) {
    const HttpResponse response = server_.refuse_(status, peer_);
    const bool written = co_await answer(response, method, false);
    if (!written) co_return;
    stream_.read_by(in(kLingering));
    std::size_t dropped = in_.size();
    while (dropped < kMostDropped) {
      in_.consume(in_.size());
      const auto room = in_.room();
      const Io io = co_await stream_.read(room);
      if (!io.ok()) break;
      dropped += io.bytes;
    }
  }

  Task<bool> answer(const HttpResponse& response, std::string_view method, bool keep_alive) {
    const std::string date = format_http_date(whole_seconds(server_.loop_.now().wall));
    http::ResponseHead head{.status = response.status, .fields = {{"Date", date}}};
    for (const auto& [name, value] : response.fields) head.fields.push_back({name, value});
    const bool with_body = http::has_body(method, response.status);
    const http::ResponseFrame frame{
        with_body ? http::BodyKind::sized : http::BodyKind::none,
        with_body ? std::optional<std::uint64_t>(response.body.size()) : response.length,
        keep_alive ? http::Persistence::keep_alive : http::Persistence::close};
    out_.clear();
    if (!http::write_response(out_, head, frame)) co_return false;
    std::array<iovec, 2> parts{part(out_), part(with_body ? std::string_view(response.body) : "")};
    const Io io = co_await stream_.write(parts);
    if (!keep_alive) stream_.shutdown_send();
    co_return io.ok();
  }

  HttpServer& server_;
  Address peer_;
  Stream stream_;
  Buffer in_;
  http::RequestParser parser_;
  std::function<void()> on_departure_;
  std::unique_ptr<Signal> watch_ended_;  // there is a watch
  bool watching_ = false;
  bool has_departed_ = false;
  std::string head_;
  std::string body_;
  std::string out_;
};

HttpServer::HttpServer(Loop& loop, int descriptor, HttpServerOptions options, Handler handler,
                       Refuse refuse)
    : loop_(loop),
      options_(std::move(options)),
      handler_(std::move(handler)),
      refuse_(std::move(refuse)),
      listener_(loop, descriptor, [this](Socket socket, const Address& peer) {
        if (open_ >= options_.connections) return;
        auto connection = std::make_shared<Connection>(*this, std::move(socket), peer);
        boost::asio::co_spawn(
            loop_.executor(), connection->run(),
            [connection](const std::exception_ptr&) { static_cast<void>(connection); });
      }) {}

HttpServer::~HttpServer() = default;

}  // namespace gw::net
