#include "proxy/body_pump.h"

#include <algorithm>
#include <array>
#include <string>

#include <boost/asio/co_spawn.hpp>

#include "http/head_writer.h"
#include "net/part.h"

namespace gw::proxy {

using net::part;
SteadyTime body_deadline(const gateway::ClientSettings& bounds, SteadyTime began,
                         std::uint64_t bytes) {
  if (bounds.body_min_rate == 0) return net::Stream::kNever;
  // Beyond a year it makes no difference, and the sum cannot overflow.
  const auto earned = std::min<std::uint64_t>(bytes / bounds.body_min_rate, 31'536'000);
  return began + bounds.body_rate_grace + std::chrono::seconds(earned);
}

BodyPump::BodyPump(net::Stream& client, net::Stream& upstream, net::BodyReader& body,
                   std::string_view prefix, bool chunked, const gateway::ClientSettings& bounds,
                   std::chrono::milliseconds response_timeout)
    : client_(client),
      upstream_(upstream),
      body_(body),
      prefix_(prefix),
      chunked_(chunked),
      bounds_(bounds),
      response_timeout_(response_timeout),
      began_(client.loop().now().steady),
      done_(client.loop()) {}

void BodyPump::start() {
  boost::asio::co_spawn(client_.loop().executor(), run(), [this](const std::exception_ptr& error) {
    if (error) finish(Result::client_failed);
    done_.set();
  });
}

net::Task<void> BodyPump::finished() {
  co_await done_.wait();
}

void BodyPump::stop() {
  if (result_ != Result::running) return;
  stopping_ = true;
  client_.interrupt();
  upstream_.interrupt();
}

net::Task<void> BodyPump::run() {
  const Result result = co_await pump();
  // The transaction waits for the answer without a deadline as long as the body is on its way. One
  // that has stopped reading may still have said why.
  if (result == Result::sent || result == Result::upstream_failed) {
    upstream_.read_by(client_.loop().now().steady + response_timeout_);
  }
  finish(stopping_ ? Result::stopped : result);
}

// The transaction waits for the upstream: it must learn that no whole request will ever get there.
void BodyPump::finish(Result result) {
  if (result_ != Result::running) return;
  result_ = result;
  if (result == Result::client_failed || result == Result::too_large) upstream_.interrupt();
}

net::Task<BodyPump::Result> BodyPump::pump() {
  if (!prefix_.empty()) {
    const bool sent = co_await send(prefix_, body_.done());
    if (!sent) co_return Result::upstream_failed;
  }
  while (!body_.done() && !stopping_) {
    client_.read_by(body_deadline(bounds_, began_, body_.bytes()));
    const auto piece = co_await body_.read();
    if (piece.error != net::BodyError::none) {
      error_ = piece.error;
      co_return Result::client_failed;
    }
    if (bounds_.body_bytes != 0 && body_.bytes() > bounds_.body_bytes) co_return Result::too_large;
    const bool sent = co_await send(piece.data, body_.done());
    if (!sent) co_return Result::upstream_failed;
  }
  client_.read_by(net::Stream::kNever);
  co_return Result::sent;
}

net::Task<bool> BodyPump::send(std::string_view data, bool last) {
  if (!chunked_) {
    const net::Io io = co_await upstream_.write(data);
    co_return io.ok();
  }
  std::string size;
  if (!data.empty()) http::write_chunk_size(size, data.size());
  std::array<iovec, 4> parts{part(size), part(data), part(data.empty() ? "" : "\r\n"),
                             part(last ? http::kLastChunk : "")};
  const net::Io io = co_await upstream_.write(parts);
  co_return io.ok();
}

}  // namespace gw::proxy
