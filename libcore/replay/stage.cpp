#include "replay/stage.h"

#include "replay/flight.h"
#include "replay/world.h"

namespace gw::replay {
namespace {

// Requests that wait for an upstream at one moment; a flight keeps a few KiB.
constexpr std::size_t kMaxInFlight = 100'000;

class CoreStage final : public Stage {
 public:
  explicit CoreStage(World& world) : world_(world) {}

  std::unique_ptr<Trip> new_trip() override { return std::make_unique<Flight>(world_); }
  void wait_until(WallTime t) override { world_.clock().advance_to(t); }
  Result<void> reloaded() override { return {}; }
  [[nodiscard]] std::size_t capacity() const override { return kMaxInFlight; }

 private:
  World& world_;
};

}  // namespace

Result<std::unique_ptr<Stage>> core_stage(const Scenario& /*scenario*/, World& world) {
  return std::make_unique<CoreStage>(world);
}

}  // namespace gw::replay
