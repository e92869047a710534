#include "replay/live_trip.h"

#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include "net/body_reader.h"

namespace gw::replay {
namespace {

constexpr http::HeadLimits kAnyHead{.start_line = std::size_t{1} << 20,
                                    .field_line = std::size_t{1} << 20,
                                    .section = std::size_t{4} << 20,
                                    .fields = 10'000};

}  // namespace

LiveTrip::LiveTrip(LiveGateway& gateway, OvershootAudit* audit)
    : gateway_(gateway), loop_(gateway.loop()), audit_(audit), parser_(kAnyHead) {}

LiveTrip::~LiveTrip() {
  if (connection_) connection_->stream.close();
  while (is_running_) loop_.poll();
}

void LiveTrip::start(const ArrivingRequest& request, std::uint32_t node, WallTime now, Keep keep) {
  begin(node, keep);
  loop_.wait_until(now);
  is_begun_ = is_ended_ = false;
  judged_.clear();
  const bool https = request.view().scheme == gateway::Scheme::https;
  const auto port = gateway_.port_of(node, request.view().scheme);
  if (!port) {
    trouble_ = port.error().message;
    return;
  }
  trouble_.clear();
  key_ = {.port = *port, .ip = request.ip(), .tls = https, .sni = std::string(request.view().sni)};
  request_ = &request;
  static_cast<void>(gateway_.stubs().take_seen());
  static_cast<void>(gateway_.stubs().take_because());
  awaited_.emplace(loop_.awaited());
  is_running_ = true;
  boost::asio::co_spawn(loop_.loop().executor(), run(), boost::asio::detached);
  loop_.settle();
  look_ahead();
}

std::optional<WallTime> LiveTrip::due() const {
  return is_over() ? std::nullopt : due_;
}

void LiveTrip::resume() {
  if (is_over()) return;
  // Of all that wait for the same moment the first brings it about.
  if (const auto next = loop_.next(); next && *next <= *due_) loop_.wait_until(*due_);
  look_ahead();
}

void LiveTrip::look_ahead() {
  due_ = loop_.next();
  if (is_over() || due_) return;
  trouble_ = "the gateway waits for nothing and gives no response";
  if (connection_) connection_->stream.close();
  loop_.poll();
}

// A kept connection that the gateway has closed meanwhile is replaced, once.
net::Task<void> LiveTrip::run() {
  bool heard = false;
  connection_ = gateway_.client().idle(key_);
  if (connection_) {
    trouble_ = co_await exchange(heard);
    if (!trouble_.empty() && !heard && !is_begun_) connection_.reset();
  }
  if (!connection_) {
    connection_ = gateway_.client().make(key_);
    trouble_ = co_await connection_->open();
    if (trouble_.empty()) trouble_ = co_await exchange(heard);
  }
  if (!trouble_.empty()) connection_.reset();
  if (!is_begun_) note_refusal(status_);
  if (keep_ != Keep::outcome) {
    observation_.upstream = gateway_.stubs().take_seen();
    observation_.mesh = gateway_.stubs().take_because();
  }
  is_running_ = false;
  conclude();
}

// The response is here, and so is what the gateway has to say of it; one of them comes last.
void LiveTrip::conclude() {
  if (!is_over()) return;
  awaited_.reset();
  if (!connection_) return;
  if (connection_->stream.is_open()) {
    gateway_.client().put(std::move(connection_));
  } else {
    connection_.reset();
  }
}

net::Task<std::string> LiveTrip::exchange(bool& heard) {
  connection_->carries(this);
  const net::Io sent = co_await connection_->stream.write(request_->bytes());
  if (!sent.ok()) co_return "the gateway closed the connection before the request was sent";
  auto trouble = co_await read_head(heard);
  if (!trouble.empty()) co_return trouble;
  const auto framing = http::frame_response(request_->method(), parser_.head(), parser_.index());
  if (!framing) co_return "the response's framing is wrong: " + std::string(framing.error().reason);
  take_head();
  connection_->in.consume(parser_.size());
  trouble = co_await read_body(*framing);
  if (!trouble.empty()) co_return trouble;
  const bool persists = framing->keep_alive && framing->body.kind != http::BodyKind::until_close &&
                        status_ != 101 && connection_->in.empty();
  if (!persists) connection_->stream.close();
  co_return std::string();
}

net::Task<std::string> LiveTrip::read_head(bool& heard) {
  net::Buffer& in = connection_->in;
  parser_.reset();
  while (true) {
    const auto progress = in.empty() ? http::Progress::need_more : parser_.parse(in.readable());
    if (progress == http::Progress::refused) {
      co_return "the response is malformed: " + std::string(parser_.refusal().reason);
    }
    if (progress == http::Progress::complete) {
      const std::uint16_t status = parser_.head().status;
      if (status >= 200 || status == 101) co_return std::string();
      in.consume(parser_.size());
      parser_.reset();
      continue;
    }
    const auto room = in.room();
    const net::Io io = co_await connection_->stream.read(room);
    if (!io.ok()) co_return "the gateway closed the connection without a response";
    in.commit(io.bytes);
    heard = true;
  }
}

void LiveTrip::take_head() {
  const http::ResponseHeadView head = parser_.head();
  status_ = head.status;
  if (keep_ == Keep::outcome) return;
  observation_.status = head.status;
  for (const http::Field& field : head.fields) {
    observation_.fields.push_back({std::string(field.name), std::string(field.value)});
  }
}

net::Task<std::string> LiveTrip::read_body(const http::ResponseFraming& framing) {
  net::BodyReader body(connection_->stream, connection_->in, framing.body);
  while (!body.done()) {
    const auto piece = co_await body.read();
    if (piece.error != net::BodyError::none) co_return "the response is cut off";
    if (keep_ != Keep::outcome) observation_.body.append(piece.data);
  }
  static_cast<void>(body.take());  // gives the last piece back
  co_return std::string();
}

gateway::Trace* LiveTrip::on_begun() {
  is_begun_ = true;
  return keep_ == Keep::trace ? &trace_ : nullptr;
}

void LiveTrip::on_counting(std::span<const limit::Charge> charges) {
  if (audit_ != nullptr) OvershootAudit::note(charges, judged_);
}

void LiveTrip::on_ended(const gateway::Exchange& exchange) {
  note(exchange);
  is_ended_ = true;
  if (!judged_.empty() && disposition_ != gateway::Disposition::limited) {
    audit_->passed(judged_, loop_.now().wall);
  }
  conclude();
}

}  // namespace gw::replay
