// Plays recorded requests through the real proxy: client, gateway and upstream on sockets.
#include <memory>
#include <stdexcept>

#include "base/text.h"
#include "http/uri.h"
#include "proxy/counters.h"
#include "recordings/recording.h"
#include "replay/live_gateway.h"
#include "replay/live_trip.h"

namespace gw::test {
namespace {

// The stores outlive the node, for a look at what is left in them.
class Counters final : public proxy::PromptCounters {
 public:
  explicit Counters(RecordedStores& stores) : stores_(stores) {}
  std::optional<Asked> charge(const gateway::Store& store, std::span<const limit::Charge> charges,
                              WallTime now, std::span<limit::Reading> out) override {
    return stores_.charge(store, charges, now, out);
  }

 private:
  RecordedStores& stores_;
};

std::vector<Line> lines_of(const std::vector<replay::Field>& fields) {
  std::vector<Line> lines;
  for (const replay::Field& field : fields) lines.push_back({field.name, field.value});
  return lines;
}

replay::Request request_of(const Json& step) {
  const RecordedRequest recorded(step);
  replay::Request request;
  request.method = recorded.method;
  request.target = recorded.path;
  request.body = recorded.body;
  for (const Line& line : recorded.lines) request.fields.push_back({line.name, line.value});
  return request;
}

class LiveNodeUnderTest {
 public:
  LiveNodeUnderTest(gateway::SnapshotPtr snapshot, WallTime start)
      : snapshot_(std::move(snapshot)) {
    auto made = replay::LiveGateway::make(
        {.start = start,
         .stubs = [this](const replay::LiveTarget& target, const replay::UpstreamRequest* request,
                         WallTime) -> const replay::Stub& { return stub(target, request); },
         .counters = [this](std::uint32_t) { return std::make_unique<Counters>(stores_); },
         .http_port = kRecordedPort},
        snapshot_);
    if (!made) throw std::runtime_error(made.error().message);
    gateway_ = std::move(*made);
    trip_ = std::make_unique<replay::LiveTrip>(*gateway_, nullptr);
  }

  Played send(const Json& step, WallTime at) {
    const replay::ArrivingRequest request(request_of(step), *snapshot_);
    trip_->start(request, 1, at, replay::Trip::Keep::observation);
    while (trip_->due()) trip_->resume();
    if (!trip_->trouble().empty()) throw std::runtime_error(trip_->trouble());
    const replay::Observation& seen = trip_->observation();
    Played played;
    played.status = seen.status;
    played.fields = lines_of(seen.fields);
    played.body = seen.body;
    played.proxied = trip_->disposition() == gateway::Disposition::passed;
    if (!seen.upstream) return played;
    played.upstream_path = seen.upstream->path;
    played.upstream_body = seen.upstream->body;
    played.upstream_fields = lines_of(seen.upstream->fields);
    return played;
  }

  [[nodiscard]] const RecordedStores& stores() const { return stores_; }

 private:
  const replay::Stub& stub(const replay::LiveTarget& target,
                           const replay::UpstreamRequest* request) {
    stub_ = {};
    if (target.port == 1) stub_.fail = replay::StubFailure::refused;
    if (request == nullptr) return stub_;
    const RecordedUpstream up = answer_of(http::split_target(request->path).path);
    stub_.status = up.status;
    stub_.body = "{}";
    for (const http::Field& field : up.fields) {
      stub_.headers.push_back({std::string(field.name), std::string(field.value)});
    }
    return stub_;
  }

  gateway::SnapshotPtr snapshot_;
  RecordedStores stores_;
  replay::Stub stub_;
  std::unique_ptr<replay::LiveGateway> gateway_;
  std::unique_ptr<replay::LiveTrip> trip_;
};

}  // namespace

PlayedGroup play(const Json& group, const std::string& level) {
  LiveNodeUnderTest node(load_snapshot(group["config"], level), arrival(group["steps"][0]));
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
