// Where a scenario's requests are played: on the core alone, or (live.h) on the real proxy.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>

#include "base/clock.h"
#include "base/result.h"
#include "replay/trip.h"

namespace gw::replay {

struct Scenario;
class World;

// Outlives its trips.
class Stage {
 public:
  Stage() = default;
  Stage(const Stage&) = delete;
  Stage& operator=(const Stage&) = delete;
  virtual ~Stage() = default;

  [[nodiscard]] virtual std::unique_ptr<Trip> new_trip() = 0;
  // Lets the world's clock go on to `t`, with all that time brings meanwhile.
  virtual void wait_until(WallTime t) = 0;
  // The world's config or settings have changed. An Error changes nothing.
  [[nodiscard]] virtual Result<void> reloaded() = 0;
  // Trips that may be under way at once.
  [[nodiscard]] virtual std::size_t capacity() const = 0;
};

// For one scenario and its world, which outlives the stage. ErrorCode::unsupported: it cannot be
// played there.
using StageMaker =
    std::function<Result<std::unique_ptr<Stage>>(const Scenario& scenario, World& world)>;

// The simulator.
[[nodiscard]] Result<std::unique_ptr<Stage>> core_stage(const Scenario& scenario, World& world);

}  // namespace gw::replay
