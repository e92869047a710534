#include "replay/live_stub_connection.h"

#include <utility>

#include "base/text.h"
#include "base/time.h"
#include "net/body_reader.h"
#include "net/server_tls.h"
#include "replay/stub.h"

namespace gw::replay {
namespace {

// Whatever the gateway lets through has room here.
constexpr http::HeadLimits kAnyHead{.start_line = std::size_t{1} << 20,
                                    .field_line = std::size_t{1} << 20,
                                    .section = std::size_t{4} << 20,
                                    .fields = 10'000};

// A fatal handshake_failure (RFC 8446 section 6, RFC 5246 section 7.2).
constexpr std::string_view kRefusal{"\x15\x03\x03\x00\x02\x02\x28", 7};

std::string length_of(const Stub& stub, std::string_view body) {
  return http::has_body("GET", stub.status) ? std::to_string(body.size()) : std::string();
}

std::string head_of(const Stub& stub, std::string_view date, std::string_view length) {
  std::vector<http::Field> fields;
  append_stub_fields(stub, date, length, fields);
  std::string head = "HTTP/1.1 " + std::to_string(stub.status) + " ";
  head.append(http::reason_phrase(stub.status)).append("\r\n");
  for (const http::Field& field : fields) {
    if (iequals(field.name, "Transfer-Encoding")) continue;  // framing is the stub's own
    head.append(field.name).append(": ").append(field.value).append("\r\n");
  }
  return head += "\r\n";
}

}  // namespace

LiveStubs::Connection::Connection(LiveStubs& stubs, net::Socket socket, LiveLinePtr line,
                                  const LiveTarget& target)
    : stubs_(stubs),
      stream_(stubs.loop_.loop(), std::move(socket)),
      in_(stubs.buffers_),
      line_(std::move(line)),
      target_(target),
      parser_(kAnyHead) {
  stubs_.connections_.insert(this);
}

LiveStubs::Connection::~Connection() {
  stubs_.connections_.erase(this);
}

net::Task<void> LiveStubs::Connection::run() {
  bool goes_on = true;
  if (target_.tls) {
    const bool shaken = co_await shake_hands();
    goes_on = shaken;
  }
  while (goes_on) {
    const bool next = co_await serve();
    goes_on = next;
  }
  stream_.close();
}

net::Task<bool> LiveStubs::Connection::shake_hands() {
  if (stubs_.stub(target_, nullptr).fail == StubFailure::tls) {
    co_await refuse_handshake();
    co_return false;
  }
  auto session = stubs_.tls_->session();
  if (!session) co_return false;
  const net::Io io = co_await stream_.handshake(std::move(*session), stubs_.buffers_);
  co_return io.ok();
}

net::Task<void> LiveStubs::Connection::refuse_handshake() {
  const auto room = in_.room();
  const net::Io hello = co_await stream_.read(room);
  if (!hello.ok()) co_return;
  [[maybe_unused]] const net::Io refused = co_await stream_.write(kRefusal);
}

net::Task<bool> LiveStubs::Connection::serve() {
  const bool read = co_await read_request();
  if (!read) co_return false;
  const Stub stub = stubs_.stub(target_, &request_);
  stubs_.seen_ = request_;
  stubs_.because_ = stub.because;
  const bool silent = stub.fail == StubFailure::timeout;
  if (stub.fail && !silent) {
    stream_.abort();
    co_return false;
  }
  if (silent || stub.delay.count() > 0) {
    const bool awaited = co_await hold(silent ? std::nullopt : std::optional(stub.delay));
    if (!awaited) co_return false;
  }
  const bool answered = co_await answer(stub);
  co_return answered&& keep_alive_;
}

net::Task<bool> LiveStubs::Connection::read_request() {
  parser_.reset();
  auto progress = http::Progress::need_more;
  while (progress == http::Progress::need_more) {
    const auto room = in_.room();
    const net::Io io = co_await stream_.read(room);
    if (!io.ok()) co_return false;
    in_.commit(io.bytes);
    progress = parser_.parse(in_.readable());
  }
  if (progress == http::Progress::refused) co_return false;
  head_.assign(in_.readable().substr(0, parser_.size()));
  in_.consume(head_.size());
  parser_.reset();
  static_cast<void>(parser_.parse(head_));
  const http::HeadView head = parser_.head();
  const auto framing = http::frame_request(head, parser_.index());
  if (!framing) co_return false;
  keep_alive_ = framing->keep_alive;
  request_ = {std::string(head.method), std::string(head.target), {}, {}};
  for (const http::Field& field : head.fields) {
    request_.fields.push_back({std::string(field.name), std::string(field.value)});
  }
  net::BodyReader body(stream_, in_, framing->body);
  while (!body.done()) {
    const auto piece = co_await body.read();
    if (piece.error != net::BodyError::none) co_return false;
    request_.body.append(piece.data);
  }
  static_cast<void>(body.take());  // gives the last piece back
  co_return true;
}

net::Task<bool> LiveStubs::Connection::hold(std::optional<std::chrono::microseconds> time) {
  std::optional<Timers::Id> alarm;
  Timers& timers = stubs_.loop_.stub_timers();
  if (time) {
    alarm = timers.at(stubs_.loop_.now().steady + *time, [this] {
      line_->release();
      stream_.interrupt();
    });
  }
  line_->hold();
  const net::Io io = co_await stream_.wait_readable();
  line_->release();
  if (io.error == net::IoError::timeout) co_return true;
  if (alarm) timers.cancel(*alarm);
  co_return false;
}

net::Task<bool> LiveStubs::Connection::answer(const Stub& stub) {
  const std::string body = stub.body ? *stub.body : echo_json(request_);
  std::string out = head_of(stub, format_http_date(whole_seconds(stubs_.loop_.now().wall)),
                            length_of(stub, body));
  if (http::has_body(request_.method, stub.status)) out += body;
  const net::Io io = co_await stream_.write(out);
  co_return io.ok();
}

}  // namespace gw::replay
