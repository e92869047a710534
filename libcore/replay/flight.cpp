#include "replay/flight.h"

#include <utility>
#include <variant>

#include <fmt/format.h>

#include "gateway/refusal.h"

namespace gw::replay {
namespace {

// The connection to the upstream is kept, as nginx is told to by Kong (kong-behaviour.md 6.1).
std::string upstream_connection(const http::RequestHead& head) {
  return http::find(head.fields, "Upgrade") ? "keep-alive, Upgrade" : "keep-alive";
}

Reach reach_of(const gateway::Try& attempt) {
  Reach reach{
      .host = attempt.target.host, .port = attempt.target.port, .service = {}, .target = {}};
  if (attempt.service != nullptr) reach.service = attempt.service->name;
  reach.target = attempt.head->target;
  return reach;
}

}  // namespace

void Flight::start(const ArrivingRequest& request, std::uint32_t node, WallTime now, Keep keep) {
  begin(node, keep);
  request_ = &request;
  now_ = now;
  due_.reset();
  judged_.clear();
  body_read_ = false;
  if (request.refusal() != 0) return refuse();
  exchange_.emplace(world_.snapshot(), world_.node(node).balancers(), scratch_, request.view(),
                    world_.instant(now), world_.rng(), keep_ == Keep::trace ? &trace_ : nullptr);
  advance(exchange_->start());
}

void Flight::refuse() {
  const auto answer = gateway::refuse(world_.snapshot(), scratch_, request_->view(),
                                      request_->refusal(), world_.instant(now_), world_.rng());
  note_refusal(answer.head->status);
  finish(*answer.head, answer.body, fmt::format_int(answer.body.size()).c_str());
}

void Flight::resume() {
  if (!due_) return;
  now_ = *due_;
  due_.reset();
  advance(deliver());
}

void Flight::advance(gateway::Step step) {
  while (true) {
    if (const auto* need = std::get_if<gateway::NeedCounters>(&step)) {
      step = count(*need);
    } else if (const auto* tried = std::get_if<gateway::Try>(&step)) {
      attempt(*tried);
      if (due_) return;
      step = deliver();
    } else if (const auto* relay = std::get_if<gateway::Relay>(&step)) {
      finish(*relay->head, stub_body_, stub_length_);
      return end();
    } else if (const auto* wanted = std::get_if<gateway::NeedBody>(&step)) {
      step = give_body(*wanted);
    } else {
      const auto& answer = std::get<gateway::Respond>(step);
      finish(*answer.head, answer.body, fmt::format_int(answer.body.size()).c_str());
      return end();
    }
  }
}

gateway::Step Flight::give_body(const gateway::NeedBody& need) {
  if (request_->body().size() > need.at_most) {
    return exchange_->on_body(
        fail(ErrorCode::too_large, fmt::format("the body is larger than {} bytes", need.at_most)));
  }
  body_read_ = true;
  return exchange_->on_body(request_->body());
}

gateway::Step Flight::count(const gateway::NeedCounters& need) {
  if (world_.audit() != nullptr) OvershootAudit::note(need.charges, judged_);
  return exchange_->on_counters(world_.charge(node_, *need.store, need.charges, now_));
}

void Flight::attempt(const gateway::Try& attempt) {
  exchange_->on_dialing(world_.instant(now_));
  stub_ = &world_.stub(reach_of(attempt), now_, keep_ != Keep::outcome, made_);
  const StubOutcome outcome = outcome_of(*stub_, attempt.tls, attempt.timeouts);
  error_ = outcome.error;
  if (keep_ != Keep::outcome && outcome.reached) record(attempt);
  if (keep_ != Keep::outcome && stub_->body) stub_body_ = *stub_->body;
  if (outcome.after.count() > 0) due_ = now_ + outcome.after;
}

// The request as the upstream gets it, framing included, and its echo where that is the answer.
void Flight::record(const gateway::Try& attempt) {
  UpstreamRequest seen{
      std::string(attempt.head->method), std::string(attempt.head->target), {}, {}};
  seen.body = attempt.body != nullptr ? *attempt.body : std::string(request_->body());
  for (const http::Field& field : attempt.head->fields) {
    seen.fields.push_back({std::string(field.name), std::string(field.value)});
  }
  seen.fields.push_back({"Connection", upstream_connection(*attempt.head)});
  const http::BodyKind kind = request_->framing().body.kind;
  const bool is_whole = attempt.body != nullptr || body_read_;
  if (kind == http::BodyKind::chunked && !is_whole) {
    seen.fields.push_back({"Transfer-Encoding", "chunked"});
  } else if (kind != http::BodyKind::none || attempt.body != nullptr) {
    seen.fields.push_back({"Content-Length", std::to_string(seen.body.size())});
  }
  if (!stub_->body) stub_body_ = echo_json(seen);
  observation_.mesh = stub_->because;
  observation_.upstream = std::move(seen);
}

gateway::Step Flight::deliver() {
  if (error_) return exchange_->on_attempt(*error_, world_.instant(now_));
  stub_length_.clear();
  if (http::has_body("GET", stub_->status)) {
    stub_length_ = fmt::format_int(stub_body_.size()).c_str();
  }
  stub_fields_.clear();
  append_stub_fields(*stub_, world_.date(now_), stub_length_, stub_fields_);
  const http::ResponseHeadView head{.status = stub_->status,
                                    .reason = http::reason_phrase(stub_->status),
                                    .version = http::Version::http11,
                                    .fields = stub_fields_};
  return exchange_->on_response(head, world_.instant(now_));
}

void Flight::finish(const http::ResponseHead& head, std::string_view body,
                    std::string_view length) {
  status_ = head.status;
  if (keep_ != Keep::outcome) observe(head, body, length);
}

void Flight::end() {
  note(*exchange_);
  if (!judged_.empty() && disposition() != gateway::Disposition::limited) {
    world_.audit()->passed(judged_, now_);
  }
  const auto charges = exchange_->on_end(world_.instant(now_));
  if (charges.empty()) return;
  // The answer is out: a store that is down now changes nothing.
  [[maybe_unused]] const auto counted =
      world_.charge(node_, *exchange_->end_store(), charges, now_);
}

// What the writer towards the client says of the connection.
std::string_view Flight::client_connection() const {
  if (request_->refusal() != 0 || !request_->framing().keep_alive) return "close";
  return status_ == 101 ? "upgrade" : "keep-alive";
}

void Flight::observe(const http::ResponseHead& head, std::string_view body,
                     std::string_view length) {
  observation_.status = head.status;
  for (const http::Field& field : head.fields) {
    observation_.fields.push_back({std::string(field.name), std::string(field.value)});
  }
  observation_.fields.push_back({"Connection", std::string(client_connection())});
  // RFC 9110 section 8.6: a 204 has no Content-Length; an answer to HEAD has that of its GET.
  if (http::has_body("GET", head.status)) {
    observation_.fields.push_back({"Content-Length", std::string(length)});
  }
  if (http::has_body(request_->method(), head.status)) observation_.body = body;
}

}  // namespace gw::replay
