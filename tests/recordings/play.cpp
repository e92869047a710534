// Plays recorded requests through the gateway's core, one by one.
#include <array>
#include <span>

#include "gateway/balancer.h"
#include "gateway/exchange.h"
#include "gateway/scratch.h"
#include "http/uri.h"
#include "recordings/recording.h"

namespace gw::test {
namespace {

using gateway::AttemptError;
using gateway::Step;

std::vector<Line> lines_of(const std::vector<http::Field>& fields) {
  std::vector<Line> lines;
  for (const auto& f : fields) lines.push_back({std::string(f.name), std::string(f.value)});
  return lines;
}

// One node with its counters, fed one request at a time.
class NodeUnderTest {
 public:
  explicit NodeUnderTest(gateway::SnapshotPtr snapshot) : snapshot_(std::move(snapshot)) {}

  Played send(const Json& step, WallTime at) {
    const RecordedRequest text(step);
    std::vector<http::Field> fields;
    for (const Line& line : text.lines) fields.push_back({line.name, line.value});
    const gateway::RequestView request{
        .head = {text.method, text.path, http::Version::http11, fields},
        .peer = {IpAddress::loopback(), 40000},
        .scheme = gateway::Scheme::http,
        .listener_port = kRecordedPort,
        .sni = {}};
    now_ = {at, SteadyTime{at.time_since_epoch()}};
    gateway::Exchange exchange(*snapshot_, balancers_, scratch_, request, now_, rng_);
    Played played;
    Step next = exchange.start();
    while (!finish(next, played)) next = perform(exchange, next, text, played);
    (void)exchange.on_end(now_);
    return played;
  }

  [[nodiscard]] const RecordedStores& stores() const { return stores_; }

 private:
  static bool finish(const Step& step, Played& played) {
    const http::ResponseHead* head = nullptr;
    if (const auto* relay = std::get_if<gateway::Relay>(&step)) {
      head = relay->head;
      played.proxied = true;
    } else if (const auto* respond = std::get_if<gateway::Respond>(&step)) {
      head = respond->head;
      played.body = std::string(respond->body);
    }
    if (head == nullptr) return false;
    played.status = head->status;
    played.fields = lines_of(head->fields);
    return true;
  }

  Step perform(gateway::Exchange& exchange, const Step& step, const RecordedRequest& text,
               Played& played) {
    if (std::holds_alternative<gateway::NeedBody>(step)) {
      return exchange.on_body(std::string_view(text.body));
    }
    if (const auto* counters = std::get_if<gateway::NeedCounters>(&step)) {
      return count(exchange, *counters);
    }
    const auto& attempt = std::get<gateway::Try>(step);
    if (attempt.target.port == 1) return exchange.on_attempt(AttemptError::refused, now_);
    played.upstream_path = std::string(attempt.head->target);
    played.upstream_fields = lines_of(attempt.head->fields);
    played.upstream_body = attempt.body != nullptr ? *attempt.body : text.body;
    const RecordedUpstream up = answer_of(http::split_target(attempt.head->target).path);
    return exchange.on_response({up.status, "", http::Version::http11, up.fields}, now_);
  }

  Step count(gateway::Exchange& exchange, const gateway::NeedCounters& counters) {
    std::array<limit::Reading, 4> readings{};
    const std::span<limit::Reading> out(readings);
    const auto n = stores_.charge(*counters.store, counters.charges, now_.wall, out);
    if (!n) return exchange.on_counters(std::unexpected(n.error()));
    return exchange.on_counters(std::span<const limit::Reading>(out.first(*n)));
  }

  gateway::SnapshotPtr snapshot_;
  gateway::Balancers balancers_;
  gateway::Scratch scratch_;
  Rng rng_{1};
  Instant now_;
  RecordedStores stores_;
};

}  // namespace

PlayedGroup play(const Json& group, const std::string& level) {
  NodeUnderTest node(load_snapshot(group["config"], level));
  PlayedGroup played;
  WallTime last{};
  for (const Json& step : group["steps"]) {
    last = arrival(step);
    played.answers.push_back(node.send(step, last));
  }
  node.stores().report(last, played);
  return played;
}

}  // namespace gw::test
