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
#include "replay/result.h"
#include "replay/stage.h"
#include "replay/trip.h"
#include "replay/world.h"

namespace gw::replay {

// One use. At equal times answers come before arrivals, and arrivals go by the list's order.
class TrafficPlayer {
 public:
  // Told, with traces, of the first kMaxExplanations requests; nullptr: nobody asks for traces.
  using Witness = std::function<void(const Trip&, const ArrivingRequest&, WallTime arrived)>;

  TrafficPlayer(World& world, Stage& stage, const Traffic& traffic, Witness witness = nullptr);

  // Plays all of it, then sets the clock to the end of the longest stream.
  [[nodiscard]] Result<TrafficSums> play();
  [[nodiscard]] std::vector<std::string> warnings() const;

 private:
  struct Lane {
    ArrivingRequest request;
    ArrivalTimes times;
  };
  struct Launched {
    std::unique_ptr<Trip> trip;
    const ArrivingRequest* request = nullptr;
    WallTime arrived{};
    bool witnessed = false;
  };

  void schedule(std::size_t lane);
  [[nodiscard]] Result<void> launch();
  void proceed(Launched& launched);
  void settle(Launched& launched);
  [[nodiscard]] TrafficSums sums() const;

  World& world_;
  Stage& stage_;
  Witness witness_;
  WallTime start_;
  std::vector<std::unique_ptr<Lane>> lanes_;
  using Arrival = std::pair<WallTime, std::size_t>;  // and the lane
  std::priority_queue<Arrival, std::vector<Arrival>, std::greater<>> arrivals_;
  Timers timers_;
  std::vector<std::unique_ptr<Launched>> trips_;
  std::vector<Launched*> idle_;
  std::uint64_t launched_ = 0;
  std::string trouble_;  // of the first trip that got no response

  Tally total_;
  std::unordered_map<const model::Consumer*, Tally> by_consumer_;
  std::unordered_map<const model::Route*, Tally> by_route_;
  std::vector<Tally> by_node_;
  std::vector<Tally> by_status_;
};

}  // namespace gw::replay
