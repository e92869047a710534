// When the requests of a traffic stream arrive.
#pragma once

#include <cstdint>
#include <optional>

#include "base/clock.h"
#include "base/rng.h"
#include "replay/scenario.h"

namespace gw::replay {

// `uniform`: evenly spaced, the first at the start; `poisson`: gaps of -ln(1-u)/rate.
class ArrivalTimes {
 public:
  ArrivalTimes(const Stream& stream, WallTime start);

  // The next arrival; nullopt after the last. Never before the one returned last.
  [[nodiscard]] std::optional<WallTime> next();
  // Where the stream ends: start plus `for`; with `count`, after the gap that follows the last
  // uniform arrival, or at the last poisson one.
  [[nodiscard]] WallTime end() const;

 private:
  [[nodiscard]] WallTime time_of_next();

  WallTime start_;
  std::optional<WallTime> until_;
  std::uint64_t left_;
  Arrivals arrivals_;
  double gap_us_;        // mean
  std::uint64_t n_ = 0;  // arrivals so far
  double elapsed_us_ = 0;
  WallTime last_;
  Rng rng_;
};

}  // namespace gw::replay
