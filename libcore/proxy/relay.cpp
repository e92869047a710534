// The transaction's response: the upstream's body on its way to the client.
#include <array>
#include <string>

#include "http/head_writer.h"
#include "net/part.h"
#include "net/tunnel.h"
#include "proxy/transaction.h"
#include "proxy/worker.h"

namespace gw::proxy {

using net::part;

namespace {

using http::BodyKind;

// How the client gets what the upstream sends. HTTP/1.0 knows no chunks.
http::ResponseFrame client_frame(const http::ResponseFraming& upstream, http::Version version) {
  switch (upstream.body.kind) {
    case BodyKind::none:
      return {BodyKind::none, upstream.length};
    case BodyKind::sized:
      return {BodyKind::sized, upstream.body.size};
    case BodyKind::chunked:
    case BodyKind::until_close:
      break;
  }
  return {version == http::Version::http11 ? BodyKind::chunked : BodyKind::until_close,
          std::nullopt};
}

}  // namespace

// Writes the head for the client into memory_.out.
bool Transaction::begin_relay(const http::ResponseHead& head) {
  http::ResponseFrame frame = client_frame(response_, request_.head.version);
  keep_alive_ = may_keep_alive() && frame.kind != BodyKind::until_close;
  frame.persistence = keep_alive_ ? http::Persistence::keep_alive : http::Persistence::close;
  answer_is_chunked_ = frame.kind == BodyKind::chunked;
  memory_.out.clear();
  const bool written = http::write_response(memory_.out, head, frame);
  upstream_->in.consume(memory_.response.size());
  return written;
}

// The body, when all of it has come along with the head.
std::optional<std::string_view> Transaction::whole_answer() const {
  if (response_.body.kind == BodyKind::none) return std::string_view{};
  const std::string_view arrived = upstream_->in.readable();
  if (response_.body.kind != BodyKind::sized || arrived.size() < response_.body.size) {
    return std::nullopt;
  }
  return arrived.substr(0, static_cast<std::size_t>(response_.body.size));
}

net::Task<void> Transaction::relay(gateway::Relay relay, const gateway::Try& attempt) {
  status_ = relay.head->status;
  if (status_ == 101) {
    co_await tunnel(relay, attempt);
    co_return;
  }
  if (!begin_relay(*relay.head)) {
    co_await stop_pump();
    end_relay(false);
    co_return;
  }
  if (const auto body = whole_answer(); body && !pump_) {
    std::array<iovec, 2> store{part(memory_.out), part(*body)};
    std::span<iovec> parts(store);
    auto io = client_.stream.write_at_once(parts);
    if (!io) io = co_await client_.stream.finish(parts);
    sent_ = body->size();
    upstream_->in.consume(body->size());
    end_relay(io->ok());
    co_return;
  }
  const bool whole = co_await relay_body(attempt);
  co_await stop_pump();
  answered_ = worker_.now();
  end_relay(whole);
}

void Transaction::end_relay(bool whole) {
  broken_ = !whole;
  const bool request_sent = !pump_ || pump_->result() == BodyPump::Result::sent;
  release_upstream(whole && request_sent && response_.keep_alive &&
                   response_.body.kind != BodyKind::until_close);
}

net::Task<bool> Transaction::relay_body(const gateway::Try& attempt) {
  net::BodyReader body(upstream_->stream, upstream_->in, response_.body);
  const bool chunked = answer_is_chunked_;
  std::string_view head = memory_.out;
  std::string size;
  net::BodyReader::Piece piece = body.take();
  while (true) {
    if (piece.error != net::BodyError::none) co_return false;
    const bool framed = chunked && !piece.data.empty();
    size.clear();
    if (framed) http::write_chunk_size(size, piece.data.size());
    std::array<iovec, 5> parts{part(head), part(size), part(piece.data), part(framed ? "\r\n" : ""),
                               part(chunked && body.done() ? http::kLastChunk : "")};
    const net::Io io = co_await client_.stream.write(parts);
    if (!io.ok()) co_return false;
    head = {};
    sent_ += piece.data.size();
    if (body.done()) break;
    upstream_->stream.read_by(worker_.now().steady + attempt.timeouts.read);
    piece = co_await body.read();
  }
  static_cast<void>(body.take());  // gives the last piece back
  co_return true;
}

// From here on both sides speak WebSocket; the gateway only carries.
net::Task<void> Transaction::tunnel(gateway::Relay relay, const gateway::Try& attempt) {
  memory_.out.clear();
  upstream_->in.consume(memory_.response.size());
  if (http::write_response(memory_.out, *relay.head,
                           {BodyKind::none, std::nullopt, http::Persistence::upgrade})) {
    const net::Io io = co_await client_.stream.write(memory_.out);
    if (io.ok()) {
      const auto carried = co_await net::tunnel(client_.stream, client_.in, upstream_->stream,
                                                upstream_->in, attempt.timeouts.read);
      sent_ = carried.from_b;
      answered_ = worker_.now();
    }
  }
  release_upstream(false);
}

void Transaction::release_upstream(bool clean) {
  if (!upstream_) return;
  if (clean && upstream_->in.empty()) {
    worker_.dialer().put(std::move(upstream_));
  }
  upstream_.reset();
}

}  // namespace gw::proxy
