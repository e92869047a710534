// Plays a traffic step: many requests that overlap in virtual time, judged in sum.
#pragma once

#include <cstddef>
#include <functional>
#include <memory>
#include <queue>
#include <string>
#include <unordered_map>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "base/timers.h"
#include "replay/arrivals.h"
#include "replay/arriving_request.h"
#include "replay/expectation.h"
#include "replay/flight.h"
#include "replay/result.h"
#include "replay/world.h"

namespace gw::replay {

// Requests that wait for an upstream at one moment; a flight keeps a few KiB.
inline constexpr std::size_t kMaxInFlight = 100'000;

// One use. At equal times answers come before arrivals, and arrivals go by the list's order.
class TrafficPlayer {
 public:
  // Told, with traces, of the first kMaxExplanations requests; nullptr: nobody asks for traces.
  using Witness = std::function<void(const Flight&, const ArrivingRequest&, WallTime arrived)>;

  TrafficPlayer(World& world, const Traffic& traffic, Witness witness = nullptr);

  // Plays all of it, then sets the clock to the end of the longest stream.
  [[nodiscard]] Result<TrafficSums> play();
  [[nodiscard]] std::vector<std::string> warnings() const;

 private:
  struct Lane {
    ArrivingRequest request;
    ArrivalTimes times;
  };
  struct Trip {
    explicit Trip(World& world) : flight(world) {}
    Flight flight;
    const ArrivingRequest* request = nullptr;
    WallTime arrived{};
    bool witnessed = false;
  };

  void schedule(std::size_t lane);
  [[nodiscard]] Result<void> launch();
  void proceed(Trip& trip);
  void settle(Trip& trip);
  [[nodiscard]] TrafficSums sums() const;

  World& world_;
  Witness witness_;
  WallTime start_;
  std::vector<std::unique_ptr<Lane>> lanes_;
  using Arrival = std::pair<WallTime, std::size_t>;  // and the lane
  std::priority_queue<Arrival, std::vector<Arrival>, std::greater<>> arrivals_;
  Timers timers_;
  std::vector<std::unique_ptr<Trip>> trips_;
  std::vector<Trip*> idle_;
  std::uint64_t launched_ = 0;

  Tally total_;
  std::unordered_map<const model::Consumer*, Tally> by_consumer_;
  std::unordered_map<const model::Route*, Tally> by_route_;
  std::vector<Tally> by_node_;
  std::vector<Tally> by_status_;
};

}  // namespace gw::replay
