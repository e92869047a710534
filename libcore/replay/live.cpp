#include "replay/live.h"

#include <algorithm>
#include <utility>
#include <variant>

#include <fmt/format.h>

#include "proxy/counters.h"
#include "replay/live_gateway.h"
#include "replay/live_trip.h"
#include "replay/scenario.h"
#include "replay/world.h"

namespace gw::replay {
namespace {

bool counts_as_kong(const GatewayOptions& options) {
  return options.counting == gateway::CountingMode::kong;
}

// The line that asks for `counting: kong`; 0: none does.
std::uint32_t kong_counting(const Scenario& scenario) {
  if (counts_as_kong(scenario.gateway)) return scenario.gateway.where.line;
  for (const Step& step : scenario.steps) {
    const auto* change = std::get_if<Change>(&step.action);
    if (change != nullptr && change->gateway && counts_as_kong(*change->gateway)) {
      return change->gateway->where.line;
    }
  }
  return 0;
}

// A node's counters, kept where the simulator keeps them.
class WorldCounters final : public proxy::PromptCounters {
 public:
  WorldCounters(World& world, std::uint32_t node) : world_(world), node_(node) {}

  std::optional<Asked> charge(const gateway::Store& store, std::span<const limit::Charge> charges,
                              WallTime now, std::span<limit::Reading> out) override {
    const auto readings = world_.charge(node_, store, charges, now);
    if (!readings) return Asked(std::unexpected(readings.error()));
    std::ranges::copy(*readings, out.begin());
    return readings->size();
  }

 private:
  World& world_;
  std::uint32_t node_;
};

class LiveStage final : public Stage {
 public:
  LiveStage(World& world, std::unique_ptr<LiveGateway> gateway)
      : world_(world), gateway_(std::move(gateway)) {}

  std::unique_ptr<Trip> new_trip() override {
    return std::make_unique<LiveTrip>(*gateway_, world_.audit());
  }
  void wait_until(WallTime t) override {
    LiveLoop& loop = gateway_->loop();
    loop.wait_until(t);
    world_.clock().advance_to(t);
    if (loop.now().wall > world_.clock().now().wall) loop.return_to(world_.clock().now().wall);
  }
  Result<void> reloaded() override { return gateway_->adopt(world_.shared_snapshot()); }
  [[nodiscard]] std::size_t capacity() const override { return LiveGateway::capacity(); }

 private:
  World& world_;
  std::unique_ptr<LiveGateway> gateway_;
};

}  // namespace

Result<std::unique_ptr<Stage>> live_stage(const Scenario& scenario, World& world) {
  if (const std::uint32_t line = kong_counting(scenario); line > 0) {
    return fail(ErrorCode::unsupported,
                fmt::format("line {}: `counting: kong` is played without --live only: the proxy "
                            "counts exactly",
                            line));
  }
  auto gateway = LiveGateway::make(
      {.start = world.clock().now().wall,
       .stubs = [&world, made = Stub()](const LiveTarget& target, const UpstreamRequest* request,
                                        WallTime now) mutable -> const Stub& {
         const Reach reach{
             .host = target.host,
             .port = target.port,
             .service = target.service,
             .target = request != nullptr ? std::string_view(request->path) : std::string_view()};
         return world.stub(reach, now, true, made);
       },
       .counters = [&world](std::uint32_t node) -> std::unique_ptr<proxy::Counters> {
         return std::make_unique<WorldCounters>(world, node);
       },
       .ids = world.rng()},
      world.shared_snapshot());
  if (!gateway) return std::unexpected(std::move(gateway.error()));
  return std::make_unique<LiveStage>(world, std::move(*gateway));
}

}  // namespace gw::replay
