// A request through the simulated gateway: performs the Steps of an Exchange against the World.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "base/clock.h"
#include "gateway/exchange.h"
#include "gateway/scratch.h"
#include "replay/overshoot.h"
#include "replay/trip.h"
#include "replay/world.h"

namespace gw::replay {

// Reused from request to request, so that traffic allocates nothing. Not movable: the Exchange
// refers into it.
class Flight final : public Trip {
 public:
  explicit Flight(World& world) : world_(world) {}

  void start(const ArrivingRequest& request, std::uint32_t node, WallTime now, Keep keep) override;
  [[nodiscard]] std::optional<WallTime> due() const override { return due_; }
  void resume() override;

 private:
  void advance(gateway::Step step);
  void refuse();
  [[nodiscard]] gateway::Step give_body(const gateway::NeedBody& need);
  [[nodiscard]] gateway::Step count(const gateway::NeedCounters& need);
  void attempt(const gateway::Try& attempt);
  void record(const gateway::Try& attempt);
  [[nodiscard]] gateway::Step deliver();
  void finish(const http::ResponseHead& head, std::string_view body, std::string_view length);
  void end();
  [[nodiscard]] std::string_view client_connection() const;
  void observe(const http::ResponseHead& head, std::string_view body, std::string_view length);

  World& world_;
  gateway::Scratch scratch_;
  std::optional<gateway::Exchange> exchange_;
  const ArrivingRequest* request_ = nullptr;
  bool body_read_ = false;  // a plugin wanted it
  WallTime now_{};
  std::optional<WallTime> due_;

  // The try under way.
  const Stub* stub_ = nullptr;
  Stub made_;  // where the mesh made the stub
  std::optional<gateway::AttemptError> error_;
  std::string stub_body_;
  std::string stub_length_;
  std::vector<http::Field> stub_fields_;

  std::vector<OvershootAudit::Entry> judged_;
};

}  // namespace gw::replay
