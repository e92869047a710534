// One request on its way through the simulated gateway.
//
// Performs the Steps of an Exchange against the World. It waits in virtual time only: when an
// upstream takes its time, the flight says when it is due and is resumed then.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "gateway/exchange.h"
#include "gateway/scratch.h"
#include "gateway/trace.h"
#include "replay/arriving_request.h"
#include "replay/expectation.h"
#include "replay/overshoot.h"
#include "replay/world.h"

namespace gw::replay {

// Reused from request to request, so that traffic allocates nothing. Not movable: the Exchange
// refers into it.
class Flight {
 public:
  // How much is kept of what happens; less is faster.
  enum class Keep : std::uint8_t { outcome, observation, trace };

  explicit Flight(World& world) : world_(world) {}
  Flight(const Flight&) = delete;
  Flight& operator=(const Flight&) = delete;

  // `request` outlives the flight.
  void start(const ArrivingRequest& request, std::uint32_t node, WallTime now, Keep keep);
  // nullopt: the response is complete.
  [[nodiscard]] std::optional<WallTime> due() const { return due_; }
  // Goes on at due().
  void resume();

  [[nodiscard]] std::uint32_t node() const { return node_; }
  [[nodiscard]] std::uint16_t status() const { return status_; }
  [[nodiscard]] gateway::Disposition disposition() const { return exchange_->disposition(); }
  [[nodiscard]] const model::Route* route() const { return exchange_->route(); }
  [[nodiscard]] const model::Consumer* consumer() const { return exchange_->consumer(); }
  // With Keep::observation and Keep::trace, once complete.
  [[nodiscard]] const Observation& observation() const { return observation_; }
  [[nodiscard]] const gateway::Trace& trace() const { return trace_; }

 private:
  void advance(gateway::Step step);
  [[nodiscard]] gateway::Step give_body(const gateway::NeedBody& need);
  [[nodiscard]] gateway::Step count(const gateway::NeedCounters& need);
  void attempt(const gateway::Try& attempt);
  void record(const gateway::Try& attempt);
  [[nodiscard]] gateway::Step deliver();
  void finish(const http::ResponseHead& head, std::string_view body, std::string_view length);
  void observe(const http::ResponseHead& head, std::string_view body, std::string_view length);

  World& world_;
  gateway::Scratch scratch_;
  std::optional<gateway::Exchange> exchange_;
  const ArrivingRequest* request_ = nullptr;
  std::uint32_t node_ = 1;
  Keep keep_ = Keep::outcome;
  WallTime now_{};
  std::optional<WallTime> due_;
  std::uint16_t status_ = 0;

  // The try under way.
  const Stub* stub_ = nullptr;
  std::optional<gateway::AttemptError> error_;
  std::string stub_body_;
  std::string stub_length_;
  std::vector<http::Field> stub_fields_;

  std::vector<OvershootAudit::Entry> judged_;
  Observation observation_;
  gateway::Trace trace_;
};

// How a consumer or route is named in expectations and sums: "" for none.
[[nodiscard]] std::string shown_name(const model::Route* route);
[[nodiscard]] std::string shown_name(const model::Consumer* consumer);

}  // namespace gw::replay
