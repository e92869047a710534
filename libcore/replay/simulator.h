// Plays one scenario, step by step, in virtual time.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "replay/config_source.h"
#include "replay/result.h"
#include "replay/scenario.h"
#include "replay/stage.h"
#include "replay/trip.h"
#include "replay/world.h"

namespace gw::replay {

struct PlayOptions {
  bool keep_going = false;  // past a failed step
  bool explain = false;
};

// One use; all that it is given outlives it.
class Simulator {
 public:
  Simulator(const Scenario& scenario, World& world, Stage& stage, const ConfigSource& configs,
            const PlayOptions& options);

  // Fills status, reason and steps of `report`.
  void play(ScenarioReport& report);

 private:
  [[nodiscard]] Result<void> play(const Step& step, StepReport& report);
  [[nodiscard]] Result<void> wait_until(const Step& step);
  [[nodiscard]] Result<void> move_to(WallTime t);
  [[nodiscard]] Result<void> send(const Step& step, const Send& send, StepReport& report);
  [[nodiscard]] Result<void> change(const Step& step, const Change& change, StepReport& report);
  [[nodiscard]] Result<void> reload(const Step& step, const Change& change, StepReport& report);
  [[nodiscard]] Result<void> traffic(const Step& step, const Traffic& traffic, StepReport& report);
  [[nodiscard]] Result<void> run(const ArrivingRequest& request);
  void judge(const Step& step, std::uint64_t repetition, StepReport& report);
  void explain(const Trip& trip, const ArrivingRequest& request, WallTime at, StepReport& report);

  const Scenario& scenario_;
  World& world_;
  Stage& stage_;
  const ConfigSource& configs_;
  PlayOptions options_;
  std::unique_ptr<Trip> trip_;
  WallTime previous_;  // when the last request was sent, or the last traffic ended
  std::size_t explained_ = 0;
};

}  // namespace gw::replay
