#include "replay/simulator.h"

#include <chrono>
#include <utility>
#include <variant>

#include <fmt/format.h>

#include "base/time.h"
#include "replay/arriving_request.h"
#include "replay/traffic_player.h"

namespace gw::replay {
namespace {

// Dates have four digits (RFC 3339, RFC 9110 section 5.6.7).
constexpr WallTime kEndOfTime = std::chrono::sys_days{std::chrono::year{9999} / 12 / 31};

void add_failure(StepReport& report, FailureRecord failure) {
  report.status = Status::failed;
  if (report.failures.size() < StepReport::kMaxFailures) {
    report.failures.push_back(std::move(failure));
  } else {
    ++report.failures_left_out;
  }
}

FailureRecord record_of(const Failure& failure, std::uint64_t repetition, WallTime at) {
  return {.repetition = repetition,
          .at = at,
          .what = failure.what,
          .line = failure.where.line,
          .expected = failure.expected,
          .actual = failure.actual,
          .response = {},
          .mesh = {}};
}

ResponseRecord response_of(const Observation& seen) {
  ResponseRecord record{.status = seen.status, .headers = {}};
  for (const Field& field : seen.fields) record.headers.emplace_back(field.name, field.value);
  return record;
}

std::string first_failure(const StepReport& step) {
  const FailureRecord& failure = step.failures.front();
  return fmt::format("line {}: step {}: {}: expected {}, came {}", failure.line, step.number,
                     failure.what, failure.expected, failure.actual);
}

}  // namespace

Simulator::Simulator(const Scenario& scenario, World& world, Stage& stage,
                     const ConfigSource& configs, const PlayOptions& options)
    : scenario_(scenario),
      world_(world),
      stage_(stage),
      configs_(configs),
      options_(options),
      trip_(stage.new_trip()),
      previous_(scenario.clock) {}

void Simulator::play(ScenarioReport& report) {
  std::uint32_t number = 0;
  for (const Step& step : scenario_.steps) {
    StepReport& played = report.steps.emplace_back();
    played.number = ++number;
    played.name = step.name;
    played.line = step.where.line;
    const auto warnings = number == 1 ? world_.mesh_warnings() : std::vector<std::string>{};
    const auto done = play(step, played);
    played.warnings.insert(played.warnings.begin(), warnings.begin(), warnings.end());
    if (!done) {
      played.status = Status::error;
      report.status = Status::error;
      report.out_of_reach = done.error().code == ErrorCode::unreachable;
      report.reason =
          fmt::format("line {}: step {}: {}", step.where.line, number, done.error().message);
      return;
    }
    if (played.status != Status::failed) continue;
    if (report.status == Status::passed) report.reason = first_failure(played);
    report.status = Status::failed;
    if (!options_.keep_going) return;
  }
}

Result<void> Simulator::play(const Step& step, StepReport& report) {
  if (auto waited = wait_until(step); !waited) return waited;
  if (const auto* one = std::get_if<Send>(&step.action)) return send(step, *one, report);
  if (const auto* many = std::get_if<Traffic>(&step.action)) return traffic(step, *many, report);
  return change(step, std::get<Change>(step.action), report);
}

Result<void> Simulator::wait_until(const Step& step) {
  if (!step.at) return {};
  if (const auto* after = std::get_if<After>(&*step.at)) {
    return move_to(add(previous_, after->span));
  }
  const WallTime at = std::get<WallTime>(*step.at);
  const WallTime now = world_.clock().now().wall;
  if (at >= now) return move_to(at);
  return fail(ErrorCode::invalid,
              fmt::format("`at` is {}, but the clock stands at {} already; use a later time or +D",
                          format_rfc3339(at), format_rfc3339(now)));
}

Result<void> Simulator::move_to(WallTime t) {
  if (t > kEndOfTime) return fail(ErrorCode::too_large, "the clock would pass the year 9999");
  stage_.wait_until(t);
  return {};
}

Result<void> Simulator::send(const Step& step, const Send& send, StepReport& report) {
  const ArrivingRequest request(send.request, world_.snapshot());
  if (!request.warning().empty()) report.warnings.push_back(request.warning());
  for (std::uint64_t repetition = 0; repetition < send.times; ++repetition) {
    if (repetition > 0) {
      if (auto moved = move_to(add(previous_, send.every)); !moved) return moved;
    }
    previous_ = world_.clock().now().wall;
    if (auto done = run(request); !done) return done;
    ++report.requests;
    judge(step, repetition, report);
    if (options_.explain) explain(*trip_, request, previous_, report);
  }
  return {};
}

Result<void> Simulator::run(const ArrivingRequest& request) {
  const bool trace = options_.explain && explained_ < kMaxExplanations;
  const std::uint32_t node = request.node().value_or(0);
  trip_->start(request, node > 0 ? node : world_.pick_node(request.ip()), previous_,
               trace ? Trip::Keep::trace : Trip::Keep::observation);
  while (const auto due = trip_->due()) {
    stage_.wait_until(*due);
    trip_->resume();
  }
  if (trip_->trouble().empty()) return {};
  return fail(ErrorCode::internal, trip_->trouble());
}

void Simulator::judge(const Step& step, std::uint64_t repetition, StepReport& report) {
  const Evaluation evaluation = evaluate(step.expect, trip_->observation(), repetition);
  report.skipped_checks += evaluation.skipped;
  for (const Failure& failure : evaluation.failures) {
    FailureRecord record = record_of(failure, repetition + 1, previous_);
    record.response = response_of(trip_->observation());
    record.mesh = trip_->observation().mesh;
    add_failure(report, std::move(record));
  }
}

Result<void> Simulator::change(const Step& step, const Change& change, StepReport& report) {
  if (change.counters) world_.set_counters(*change.counters);
  world_.change_stubs(change.upstreams);
  report.warnings = world_.change_intentions(change.intentions);
  if (change.gateway) {
    if (auto changed = world_.change_gateway(*change.gateway); !changed) return changed;
    if (auto taken = stage_.reloaded(); !taken) return taken;
  }
  return change.config ? reload(step, change, report) : Result<void>{};
}

Result<void> Simulator::reload(const Step& step, const Change& change, StepReport& report) {
  auto config = configs_.replacement(scenario_, *change.config);
  if (!config && config.error().out_of_reach) {
    return fail(ErrorCode::unreachable, config.error().why);
  }
  std::string refused = config ? "" : config.error().why;
  if (config) {
    if (auto reloaded = world_.reload(std::move(*config)); !reloaded) {
      refused = reloaded.error().message;
    }
  }
  if (refused.empty()) {
    if (auto taken = stage_.reloaded(); !taken) return taken;
  }
  const bool as_expected = refused.empty() == (step.expect.reload == Reload::accepted);
  if (as_expected) return {};
  const Failure failure{
      .what = "reload",
      .where = step.expect.reload_where.line > 0 ? step.expect.reload_where : step.where,
      .expected = refused.empty() ? "refused" : "accepted",
      .actual = refused.empty() ? "accepted" : "refused: " + refused};
  add_failure(report, record_of(failure, 1, world_.clock().now().wall));
  return {};
}

Result<void> Simulator::traffic(const Step& step, const Traffic& traffic, StepReport& report) {
  TrafficPlayer::Witness witness;
  if (options_.explain) {
    witness = [&](const Trip& trip, const ArrivingRequest& request, WallTime at) {
      explain(trip, request, at, report);
      // Of requests that overlap nobody can say on sockets which one an intention spoke of.
      if (!report.explain.empty()) report.explain.back().mesh.clear();
    };
  }
  TrafficPlayer player(world_, stage_, traffic, std::move(witness));
  report.warnings = player.warnings();
  const auto sums = player.play();
  if (!sums) return std::unexpected(sums.error());
  previous_ = world_.clock().now().wall;
  report.requests = sums->total.requests();
  for (const Failure& failure : evaluate(step.expect.traffic, *sums)) {
    add_failure(report, record_of(failure, 1, previous_));
  }
  return previous_ > kEndOfTime ? move_to(previous_) : Result<void>{};
}

void Simulator::explain(const Trip& trip, const ArrivingRequest& request, WallTime at,
                        StepReport& report) {
  if (explained_ == kMaxExplanations) return;
  ++explained_;
  const Observation& seen = trip.observation();
  const http::HeadView& head = request.view().head;
  report.explain.push_back({.at = at,
                            .method = std::string(head.method),
                            .target = std::string(head.target),
                            .ip = request.ip().str(),
                            .node = trip.node(),
                            .trace = trip.trace(),
                            .mesh = seen.mesh,
                            .response = response_of(seen),
                            .body = seen.body.substr(0, kMaxShown)});
}

}  // namespace gw::replay
