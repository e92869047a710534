#include "mesh/http_get.h"

#include <cerrno>
#include <cstring>
#include <string_view>

#include <fmt/format.h>

#include "base/text.h"
#include "http/head_parser.h"
#include "http/head_writer.h"
#include "mesh/dial.h"
#include "net/body_reader.h"
#include "net/stream.h"

namespace gw::mesh {
namespace {

constexpr std::string_view kConnectTimeout =
    "net/http: request canceled while waiting for connection (Client.Timeout exceeded while "
    "awaiting headers)";
constexpr std::string_view kHeadTimeout =
    "net/http: request canceled (Client.Timeout exceeded while awaiting headers)";
constexpr std::string_view kBodyTimeout =
    "net/http: request canceled (Client.Timeout exceeded while reading body)";
constexpr std::string_view kBroken = "net/http: HTTP/1.x transport connection broken: ";
// Go gives up after the fifth.
constexpr int kMostInterim = 5;

// Go's syscall.Errno texts: glibc's, but in lower case.
std::string errno_text(int error) {
  std::string text = std::strerror(error);
  if (!text.empty()) text[0] = to_lower(text[0]);
  return text;
}

class Exchange {
 public:
  Exchange(net::Loop& loop, net::BufferPool& buffers, HttpGet request)
      : request_(std::move(request)),
        deadline_(loop.now().steady + request_.time),
        stream_(loop, net::Socket(loop.context())),
        in_(buffers) {}

  net::Task<std::expected<HttpAnswer, HttpFailure>> run() {
    std::string failure = co_await send();
    if (failure.empty()) {
      std::string unread = co_await read_head();
      failure = std::move(unread);
    }
    if (!failure.empty()) co_return std::unexpected(std::move(failure));
    HttpAnswer answer{.status = parser_.head().status};
    const auto framing = http::frame_response("GET", parser_.head(), parser_.index());
    if (!framing) {
      co_return std::unexpected(fmt::format("{}{}", kBroken, framing.error().reason));
    }
    in_.consume(parser_.size());
    co_await read_body(framing->body, answer);
    co_return answer;
  }

 private:
  net::Task<std::string> send() {
    http::RequestHead head{.method = "GET", .target = request_.target, .fields = {}};
    for (const auto& [name, value] : request_.fields) head.fields.push_back({name, value});
    std::string text;
    if (!http::write_request(text, head, {}, http::Persistence::close)) {
      co_return std::string("net/http: invalid header field value");
    }
    const auto failure = co_await dial(stream_, request_.to, deadline_);
    if (failure == boost::asio::error::operation_aborted) co_return std::string(kConnectTimeout);
    if (failure) {
      co_return fmt::format("dial tcp {}: connect: {}", request_.to.str(),
                            errno_text(failure.value()));
    }
    stream_.write_by(deadline_);
    const net::Io io = co_await stream_.write(text);
    if (io.ok()) co_return std::string();
    co_return io.error == net::IoError::timeout ? std::string(kHeadTimeout)
                                                : broken("write", EPIPE);
  }

  net::Task<std::string> read_head() {
    stream_.read_by(deadline_);
    int interim = 0;
    while (true) {
      const auto progress = in_.empty() ? http::Progress::need_more : parser_.parse(in_.readable());
      if (progress == http::Progress::refused) co_return malformed();
      if (progress == http::Progress::complete) {
        if (parser_.head().status >= 200) co_return std::string();
        in_.consume(parser_.size());
        parser_.reset();
        if (++interim > kMostInterim) {
          co_return fmt::format("{}too many 1xx informational responses", kBroken);
        }
        continue;
      }
      const auto room = in_.room();
      const net::Io io = co_await stream_.read(room);
      if (!io.ok()) co_return why_no_head(io.error);
      in_.commit(io.bytes);
    }
  }

  [[nodiscard]] std::string why_no_head(net::IoError error) {
    if (error == net::IoError::timeout) return std::string(kHeadTimeout);
    if (error != net::IoError::ended) return broken("read", ECONNRESET);
    return in_.empty() ? "EOF" : fmt::format("{}unexpected EOF", kBroken);
  }

  [[nodiscard]] std::string malformed() const {
    constexpr std::size_t kShown = 100;
    std::string_view line = in_.readable().substr(0, in_.readable().find('\n'));
    if (line.ends_with('\r')) line.remove_suffix(1);
    return fmt::format("{}malformed HTTP response \"{}\"", kBroken,
                       printable(line.substr(0, kShown)));
  }

  // "read tcp 127.0.0.3:51234->127.0.0.3:9091: read: connection reset by peer"
  [[nodiscard]] std::string broken(std::string_view what, int error) {
    boost::system::error_code ignored;
    const net::Address from = net::address_of(stream_.socket().local_endpoint(ignored));
    return fmt::format("{} tcp {}->{}: {}: {}", what, from.str(), request_.to.str(), what,
                       errno_text(error));
  }

  net::Task<void> read_body(const http::Body& body, HttpAnswer& answer) {
    net::BodyReader reader(stream_, in_, body);
    while (!reader.done()) {
      const auto piece = co_await reader.read();
      if (piece.error != net::BodyError::none) {
        answer.body_failure = piece.error == net::BodyError::timeout ? kBodyTimeout
                              : piece.error == net::BodyError::malformed
                                  ? "invalid byte in chunk length"
                                  : "unexpected EOF";
        co_return;
      }
      if (piece.data.size() > request_.body_bytes - answer.body.size()) {
        answer.body_failure = fmt::format("body larger than {} bytes", request_.body_bytes);
        co_return;
      }
      answer.body.append(piece.data);
    }
  }

  HttpGet request_;
  SteadyTime deadline_;
  net::Stream stream_;
  net::Buffer in_;
  http::ResponseParser parser_;
};

}  // namespace

net::Task<std::expected<HttpAnswer, HttpFailure>> http_get(net::Loop& loop,
                                                           net::BufferPool& buffers,
                                                           HttpGet request) {
  Exchange exchange(loop, buffers, std::move(request));
  auto answer = co_await exchange.run();
  co_return answer;
}

}  // namespace gw::mesh
