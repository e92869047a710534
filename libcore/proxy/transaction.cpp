#include "proxy/transaction.h"

#include <utility>
#include <variant>

#include "gateway/refusal.h"
#include "http/head_writer.h"
#include "net/part.h"
#include "proxy/worker.h"

namespace gw::proxy {

using net::part;
Transaction::Transaction(ClientConnection& client, Workspace& workspace, GenerationPtr generation)
    : client_(client),
      worker_(client.worker()),
      memory_(workspace),
      generation_(std::move(generation)) {
  request_.peer = {client.peer().ip, client.peer().port};
  request_.scheme = client.listener().tls ? gateway::Scheme::https : gateway::Scheme::http;
  request_.listener_port = client.listener().port;
  request_.sni = client.sni();
}

net::Task<After> Transaction::run() {
  memory_.request.reset();
  memory_.upstream.clear();
  HeadResult head = parse_head();
  if (head == HeadResult::incomplete) head = co_await read_head();
  if (head == HeadResult::gone) co_return After::close;
  arrived_ = worker_.now();
  if (const std::uint16_t refused = begin(head); refused != 0) {
    const After after = co_await refuse(refused);
    co_return after;
  }
  Step step = exchange_->start();
  while (true) {
    Attempted next;
    if (const auto* tried = std::get_if<gateway::Try>(&step)) {
      next = co_await attempt(*tried);
    } else if (const auto* need = std::get_if<gateway::NeedCounters>(&step)) {
      next = count_at_once(*need);
      if (!next) {
        auto asked = co_await worker_.counters().ask(*need->store, need->charges, arrived_.wall,
                                                     memory_.readings);
        next = count_late(std::move(asked));
      }
    } else if (const auto* wanted = std::get_if<gateway::NeedBody>(&step)) {
      next = co_await read_body(*wanted);
    } else {
      co_await respond(std::get<gateway::Respond>(step));
    }
    if (!next) break;
    step = *next;
  }
  if (auto* observer = worker_.observer()) observer->ended(request_.peer, *exchange_);
  if (body_rest()) co_await settle();
  co_return end();
}

After Transaction::end() {
  const auto late = exchange_->on_end(answered_);
  if (!late.empty()) static_cast<void>(count_at_once({exchange_->end_store(), late}));
  log();
  if (broken_) return After::abort;
  if (keep_alive_) return After::next;
  return body_->done() ? After::close : After::linger;
}

Transaction::HeadResult Transaction::parse_head() {
  switch (memory_.request.parse(client_.in.readable())) {
    case http::Progress::complete:
      return HeadResult::complete;
    case http::Progress::refused:
      return HeadResult::refused;
    case http::Progress::need_more:
      break;
  }
  return HeadResult::incomplete;
}

net::Task<Transaction::HeadResult> Transaction::read_head() {
  net::Buffer& in = client_.in;
  client_.stream.read_by(worker_.now().steady + worker_.bounds().head);
  while (true) {
    const auto room = in.room();
    const net::Io io = co_await client_.stream.read(room);
    if (io.error == net::IoError::timeout) co_return HeadResult::timeout;
    if (!io.ok()) co_return HeadResult::gone;
    in.commit(io.bytes);
    const HeadResult parsed = parse_head();
    if (parsed != HeadResult::incomplete) co_return parsed;
  }
}

// 0: there is an Exchange now. Else the status to refuse with.
std::uint16_t Transaction::begin(HeadResult head) {
  request_.head = memory_.request.head();
  request_.index = &memory_.request.index();
  if (head == HeadResult::timeout) return 408;
  if (head == HeadResult::refused) return memory_.request.refusal().status;
  const auto framing = http::frame_request(request_.head, memory_.request.index());
  if (!framing) return framing.error().status;
  framing_ = *framing;
  const std::uint64_t most = worker_.bounds().body_bytes;
  if (most != 0 && framing_.body.size > most) return 413;
  if (worker_.is_short_of_memory()) return 503;
  take_head();
  auto* const observer = worker_.observer();
  exchange_.emplace(*generation_->snapshot, worker_.balancers(), memory_.scratch, request_,
                    arrived_, worker_.rng(),
                    observer != nullptr ? observer->begun(request_.peer) : nullptr);
  return 0;
}

// The head's bytes stay where they are as long as nothing more is read from the client. When a body
// has to be, the head moves out of its way first.
void Transaction::take_head() {
  net::Buffer& in = client_.in;
  const std::string_view text = in.readable().substr(0, memory_.request.size());
  in.consume(text.size());
  body_.emplace(client_.stream, in, framing_.body);
  continued_ = !framing_.expects_continue || !in.empty() || body_->done();
  request_.offers_websocket = framing_.offers_websocket;
  if (body_->done() || body_->whole()) return;
  memory_.head.assign(text);
  memory_.request.reset();
  static_cast<void>(memory_.request.parse(memory_.head));
  request_.head = memory_.request.head();
}

// Of a request that no Exchange can be made of. Nothing after it can be trusted.
net::Task<After> Transaction::refuse(std::uint16_t status) {
  const auto answer = gateway::refuse(*generation_->snapshot, memory_.scratch, request_, status,
                                      arrived_, worker_.rng());
  status_ = answer.head->status;
  memory_.out.clear();
  const http::ResponseFrame frame{http::BodyKind::sized, answer.body.size(),
                                  http::Persistence::close};
  if (!http::write_response(memory_.out, *answer.head, frame)) co_return After::close;
  const bool with_body = http::has_body(request_.head.method, status_);
  std::array<iovec, 2> parts{part(memory_.out), part(with_body ? answer.body : "")};
  const net::Io io = co_await client_.stream.write(parts);
  sent_ = with_body ? answer.body.size() : 0;
  log();
  co_return io.ok() ? After::linger : After::close;
}

// nullopt: the store has to be waited for.
Transaction::Attempted Transaction::count_at_once(const gateway::NeedCounters& need) {
  memory_.readings.resize(need.charges.size());
  if (auto* observer = worker_.observer()) observer->counting(request_.peer, need.charges);
  auto asked =
      worker_.counters().charge(*need.store, need.charges, arrived_.wall, memory_.readings);
  if (!asked) return std::nullopt;
  return counted(std::move(*asked));
}

Transaction::Attempted Transaction::count_late(Counters::Asked asked) {
  waited_ = true;
  if (client_.stream.is_open()) return counted(std::move(asked));
  broken_ = true;
  return std::nullopt;
}

gateway::Step Transaction::counted(Counters::Asked asked) {
  if (!asked) return exchange_->on_counters(std::unexpected(std::move(asked.error())));
  return exchange_->on_counters(std::span<const limit::Reading>(memory_.readings).first(*asked));
}

// A plugin looks for something in the body: as much of it as it wants is kept.
net::Task<Transaction::Attempted> Transaction::read_body(gateway::NeedBody need) {
  memory_.body.clear();
  body_kept_ = true;
  waited_ = true;
  const bool invited = co_await say_continue();
  if (!invited) co_return std::nullopt;
  const SteadyTime began = worker_.now().steady;
  while (!body_->done()) {
    client_.stream.read_by(body_deadline(worker_.bounds(), began, body_->bytes()));
    const auto piece = co_await body_->read();
    if (piece.error != net::BodyError::none) co_return refuse_body(piece.error);
    memory_.body.append(piece.data);
    if (memory_.body.size() > need.at_most) {
      co_return exchange_->on_body(
          fail(ErrorCode::too_large, "the body is too large for a plugin"));
    }
  }
  co_return exchange_->on_body(std::string_view(memory_.body));
}

Transaction::Attempted Transaction::refuse_body(net::BodyError error) {
  switch (error) {
    case net::BodyError::malformed:
      return exchange_->refuse(body_->refusal().status, worker_.now());
    case net::BodyError::timeout:
      return exchange_->refuse(408, worker_.now());
    case net::BodyError::none:
    case net::BodyError::truncated:
      break;
  }
  broken_ = true;
  return std::nullopt;
}

// 100 Continue, once, before the first byte of the body is read (RFC 9110 section 10.1.1).
net::Task<bool> Transaction::say_continue() {
  if (std::exchange(continued_, true)) co_return true;
  const net::Io io = co_await client_.stream.write("HTTP/1.1 100 Continue\r\n\r\n");
  broken_ = broken_ || !io.ok();
  co_return io.ok();
}

// A client that was not asked for its body yet may send it or not: nobody could tell what follows.
bool Transaction::may_keep_alive() const {
  if (!framing_.keep_alive || !continued_ || !client_.may_go_on()) return false;
  const http::Body& body = framing_.body;
  return body.kind != http::BodyKind::sized || body_->done() || pump_ ||
         body.size - body_->bytes() <= worker_.bounds().lingering_bytes;
}

net::Task<void> Transaction::respond(gateway::Respond answer) {
  answered_ = waited_ ? worker_.now() : arrived_;
  status_ = answer.head->status;
  keep_alive_ = may_keep_alive();
  const bool with_body = http::has_body(request_.head.method, status_);
  const http::ResponseFrame frame{
      with_body ? http::BodyKind::sized : http::BodyKind::none, answer.body.size(),
      keep_alive_ ? http::Persistence::keep_alive : http::Persistence::close};
  memory_.out.clear();
  broken_ = !http::write_response(memory_.out, *answer.head, frame);
  if (broken_) co_return;
  std::array<iovec, 2> store{part(memory_.out), part(with_body ? answer.body : "")};
  std::span<iovec> parts(store);
  auto io = client_.stream.write_at_once(parts);
  if (!io) io = co_await client_.stream.finish(parts);
  broken_ = !io->ok();
  sent_ = with_body ? answer.body.size() : 0;
}

// Whether something of the request's body still stands between this request and the next.
bool Transaction::body_rest() {
  if (broken_ || !keep_alive_) return false;
  while (!body_->done() && body_->whole()) static_cast<void>(body_->take());
  static_cast<void>(body_->done() ? body_->take()
                                  : net::BodyReader::Piece{});  // the last one's end
  return !body_->done();
}

// What is left of the request's body is read and dropped, within bounds; else the connection ends.
net::Task<void> Transaction::settle() {
  const gateway::ClientSettings& bounds = worker_.bounds();
  client_.stream.read_by(worker_.now().steady + bounds.lingering);
  std::size_t dropped = 0;
  while (!body_->done() && dropped < bounds.lingering_bytes) {
    const auto piece = co_await body_->read();
    if (piece.error != net::BodyError::none) break;
    dropped += piece.data.size();
  }
  keep_alive_ = body_->done();
  static_cast<void>(body_->take());  // gives the last piece back
}

void Transaction::log() {
  worker_.note_request();
  if (!worker_.logs_access()) return;
  const Instant now = worker_.now();
  const auto field = [this](std::string_view name) {
    return http::find(request_.head.fields, name).value_or(std::string_view{});
  };
  AccessEntry entry;
  entry.time = now.wall;
  entry.client = request_.peer.ip;
  entry.method = request_.head.method;
  entry.target = request_.head.target;
  entry.version = request_.head.version == http::Version::http11 ? "HTTP/1.1" : "HTTP/1.0";
  entry.status = status_;
  entry.body_bytes = sent_;
  entry.duration = now.steady - arrived_.steady;
  entry.user_agent = field("User-Agent");
  entry.referer = field("Referer");
  if (exchange_) describe(entry);
  worker_.log_access(entry);
}

void Transaction::describe(AccessEntry& entry) const {
  entry.client = exchange_->client();
  entry.upstream_latency = upstream_latency_;
  entry.upstream = memory_.upstream;
  if (const auto* route = exchange_->route()) entry.route = route->name;
  if (const auto* service = exchange_->service()) entry.service = service->name;
  if (const auto* consumer = exchange_->consumer()) entry.consumer = consumer->username;
  entry.request_id = exchange_->request_id();
}

}  // namespace gw::proxy
