// The transaction's upstream side: one try after the other, until one yields a response.
#include <algorithm>
#include <array>
#include <string_view>
#include <utility>

#include "http/head_writer.h"
#include "net/part.h"
#include "proxy/tls_refusal.h"
#include "proxy/transaction.h"
#include "proxy/worker.h"

namespace gw::proxy {

using net::part;

namespace {

using gateway::AttemptError;

constexpr int kMostInterim = 10;  // 1xx heads before the final one

// nginx's rule, as the core's: these may have been acted on.
bool is_idempotent(std::string_view method) {
  return method != "POST" && method != "LOCK" && method != "PATCH";
}

constexpr std::array<std::pair<AttemptError, std::string_view>, 10> kWords{{
    {AttemptError::refused, "connection refused"},
    {AttemptError::reset, "closed before answering"},
    {AttemptError::connect_timeout, "timed out while connecting"},
    {AttemptError::read_timeout, "timed out while waiting for the answer"},
    {AttemptError::name_unknown, "the host name does not exist"},
    {AttemptError::name_failure, "the host name could not be resolved"},
    {AttemptError::tls, "the TLS handshake failed"},
    {AttemptError::garbage, "the answer is no valid HTTP"},
    {AttemptError::write_timeout, "timed out while sending"},
    {AttemptError::closed_while_sending, "closed while the request was sent"},
}};

std::string_view word_for(AttemptError error) {
  const auto found = std::ranges::find(kWords, error, &decltype(kWords)::value_type::first);
  return found == kWords.end() ? std::string_view("failed") : found->second;
}

bool is_hop_by_hop(http::Known name) {
  using http::Known;
  return name == Known::connection || name == Known::keep_alive || name == Known::te ||
         name == Known::transfer_encoding || name == Known::content_length ||
         name == Known::upgrade || name == Known::proxy_connection || name == Known::trailer;
}

}  // namespace

net::Task<Transaction::Attempted> Transaction::attempt(gateway::Try attempt) {
  const ClientTlsPtr tls = attempt.tls ? generation_->tls_of(attempt.service) : nullptr;
  dialling_ = exchange_->attempts() > 1 || waited_ ? worker_.now() : arrived_;
  connected_at_ = dialling_.steady;
  exchange_->on_dialing(dialling_);
  heard_ = false;
  upstream_ = worker_.dialer().idle(attempt, tls);
  const bool reused = upstream_ != nullptr;
  std::optional<AttemptError> error;
  if (reused) error = co_await exchange_with_upstream(attempt);
  // A kept connection that the upstream has closed meanwhile is nobody's failure.
  if (!reused || (error && may_redial(*error) && client_.stream.is_open())) {
    auto dialled = co_await worker_.dialer().dial(attempt, tls);
    error.reset();
    if (dialled) {
      upstream_ = std::move(*dialled);
      connected_at_ = worker_.now().steady;
      error = co_await exchange_with_upstream(attempt);
    } else {
      error = dialled.error();
    }
  }
  if (client_has_failed()) {
    co_await stop_pump();
    co_return after_client_failure();
  }
  if (error) {
    release_upstream(false);
    if (!client_.stream.is_open()) {  // a drain's end: nobody waits for another try
      broken_ = true;
      co_return std::nullopt;
    }
    log_failed_try(attempt, *error);
    co_return exchange_->on_attempt(*error, worker_.now());
  }
  const Step step =
      exchange_->on_response(memory_.response.head(), answered_, &memory_.response.index());
  const auto* answer = std::get_if<gateway::Relay>(&step);
  if (answer == nullptr) {
    co_await stop_pump();
    release_upstream(false);
    co_return step;
  }
  co_await relay(*answer, attempt);
  co_return std::nullopt;
}

// Sends the request and reads the head of the answer. Whatever fails, the pump has ended then.
net::Task<std::optional<AttemptError>> Transaction::exchange_with_upstream(
    const gateway::Try& attempt) {
  memory_.upstream = upstream_->address;
  if (!write_request_head(attempt)) co_return AttemptError::garbage;
  net::Stream& stream = upstream_->stream;
  stream.write_patience(attempt.timeouts.write);
  const bool streams = must_stream(attempt);
  std::array<iovec, 2> store{part(memory_.out), part(streams ? "" : whole_body(attempt))};
  std::span<iovec> parts(store);
  auto io = stream.write_at_once(parts);
  if (!io) io = co_await stream.finish(parts);
  if (io->error == net::IoError::timeout) co_return AttemptError::write_timeout;
  if (!io->ok()) co_return refused_or(attempt, AttemptError::closed_while_sending);
  if (streams) {
    const bool started = co_await start_pump(attempt);
    if (!started) co_return AttemptError::closed_while_sending;
  }
  const auto error = co_await read_response_head(attempt);
  if (error && pump_) co_await stop_pump();
  answered_ = worker_.now();
  upstream_latency_ = answered_.steady - dialling_.steady;
  co_return error;
}

void Transaction::log_failed_try(const gateway::Try& attempt, AttemptError error) {
  worker_.log().write_limited(LogLevel::warn, "upstream_failed",
                              {{"host", attempt.target.host},
                               {"port", attempt.target.port},
                               {"error", word_for(error)},
                               {"service", service_name(attempt)}});
}

// Of the first request on a connection: an upstream that refuses us says so when it is on its way.
AttemptError Transaction::refused_or(const gateway::Try& attempt, AttemptError error) {
  const bool fresh = upstream_->requests == 0 && !heard_;
  if (!fresh || !was_refused(upstream_->stream)) return error;
  worker_.log().write_limited(LogLevel::warn, "upstream_tls_failed",
                              {{"service", service_name(attempt)},
                               {"upstream", upstream_->address},
                               {"error", why_tls_failed(upstream_->stream)}});
  return AttemptError::tls;
}

bool Transaction::may_redial(AttemptError error) const {
  const bool broke = error == AttemptError::reset || error == AttemptError::closed_while_sending;
  return broke && !heard_ && !pump_ && !broken_ && is_idempotent(request_.head.method);
}

bool Transaction::client_has_failed() const {
  return pump_ && (pump_->result() == BodyPump::Result::client_failed ||
                   pump_->result() == BodyPump::Result::too_large);
}

Transaction::Attempted Transaction::after_client_failure() {
  upstream_->stream.abort();
  release_upstream(false);
  if (pump_->result() == BodyPump::Result::too_large) {
    return exchange_->refuse(413, worker_.now());
  }
  return refuse_body(pump_->error());
}

// ---- the request's way ----

http::Body Transaction::upstream_body(const gateway::Try& attempt) const {
  using http::BodyKind;
  if (attempt.body != nullptr) return {BodyKind::sized, attempt.body->size()};
  if (framing_.body.kind == BodyKind::chunked && body_kept_ && body_->done()) {
    return {BodyKind::sized, memory_.body.size()};
  }
  return framing_.body;
}

bool Transaction::must_stream(const gateway::Try& attempt) const {
  if (attempt.body != nullptr) return false;
  return !body_->done() && !body_->whole();
}

std::string_view Transaction::whole_body(const gateway::Try& attempt) const {
  if (attempt.body != nullptr) return *attempt.body;
  if (body_kept_) return memory_.body;
  return body_->whole().value_or(std::string_view{});
}

bool Transaction::write_request_head(const gateway::Try& attempt) {
  memory_.out.clear();
  return http::write_request(
      memory_.out, *attempt.head, upstream_body(attempt),
      attempt.upgrade ? http::Persistence::upgrade : http::Persistence::keep_alive);
}

// From here on the body flows by itself; it cannot be sent a second time.
net::Task<bool> Transaction::start_pump(const gateway::Try& attempt) {
  const bool invited = co_await say_continue();
  if (!invited) co_return false;
  exchange_->body_consumed();
  const bool chunked = upstream_body(attempt).kind == http::BodyKind::chunked;
  pump_ =
      std::make_unique<BodyPump>(client_.stream, upstream_->stream, *body_,
                                 body_kept_ ? std::string_view(memory_.body) : std::string_view{},
                                 chunked, worker_.bounds(), attempt.timeouts.read);
  pump_->start();
  co_return true;
}

net::Task<void> Transaction::stop_pump() {
  if (!pump_) co_return;
  pump_->stop();
  co_await pump_->finished();
}

// ---- the response's head ----

net::Task<std::optional<AttemptError>> Transaction::read_response_head(
    const gateway::Try& attempt) {
  net::Buffer& in = upstream_->in;
  http::ResponseParser& parser = memory_.response;
  parser.reset();
  int interim = 0;
  SteadyTime since = connected_at_;
  while (true) {
    const auto progress = in.empty() ? http::Progress::need_more : parser.parse(in.readable());
    if (progress == http::Progress::refused) co_return AttemptError::garbage;
    if (progress == http::Progress::complete) {
      const http::ResponseHeadView head = parser.head();
      if (head.status >= 200 || head.status == 101) {
        const auto framing = http::frame_response(request_.head.method, head, parser.index());
        if (!framing) co_return AttemptError::garbage;
        response_ = *framing;
        co_return std::nullopt;
      }
      if (++interim > kMostInterim) co_return AttemptError::garbage;
      const bool passed = co_await pass_on_interim(head);
      if (!passed) co_return AttemptError::reset;
      in.consume(parser.size());
      parser.reset();
      continue;
    }
    if (client_has_failed()) co_return AttemptError::reset;
    // While the body is still on its way the pump watches the time.
    const bool sending = pump_ && pump_->result() == BodyPump::Result::running;
    upstream_->stream.read_by(sending ? net::Stream::kNever : since + attempt.timeouts.read);
    const auto room = in.room();
    const net::Io io = co_await upstream_->stream.read(room);
    if (io.error == net::IoError::timeout) co_return AttemptError::read_timeout;
    if (!io.ok())
      co_return heard_ ? AttemptError::garbage : refused_or(attempt, AttemptError::reset);
    in.commit(io.bytes);
    heard_ = true;
    since = worker_.now().steady;
  }
}

// 103 and the like go on to clients that know them; 100 answers a question that only we have asked.
net::Task<bool> Transaction::pass_on_interim(const http::ResponseHeadView& head) {
  if (head.status == 100 || request_.head.version == http::Version::http10) co_return true;
  http::ResponseHead interim{.status = head.status, .fields = {}};
  for (std::size_t i = 0; i < head.fields.size(); ++i) {
    if (!is_hop_by_hop(memory_.response.index().known(i))) interim.fields.push_back(head.fields[i]);
  }
  memory_.out.clear();
  if (!http::write_response(memory_.out, interim, {http::BodyKind::none, std::nullopt})) {
    co_return true;
  }
  const net::Io io = co_await client_.stream.write(memory_.out);
  broken_ = broken_ || !io.ok();
  co_return io.ok();
}

}  // namespace gw::proxy
