// Time as a parameter: nothing outside `base` reads a clock.
#pragma once

#include <chrono>

namespace gw {

using WallTime = std::chrono::sys_time<std::chrono::microseconds>;  // UTC, for windows and headers
using WallSeconds = std::chrono::sys_seconds;                       // UTC, fraction dropped
using SteadyTime = std::chrono::time_point<std::chrono::steady_clock, std::chrono::microseconds>;

// One moment on both clocks.
struct Instant {
  WallTime wall{};
  SteadyTime steady{};
};

[[nodiscard]] inline WallSeconds whole_seconds(WallTime t) {
  return std::chrono::floor<std::chrono::seconds>(t);
}

struct Clock {
  Clock() = default;
  Clock(const Clock&) = delete;
  Clock& operator=(const Clock&) = delete;
  virtual ~Clock() = default;
  [[nodiscard]] virtual Instant now() const = 0;
};

// The machine's clocks.
class SystemClock final : public Clock {
 public:
  [[nodiscard]] Instant now() const override;
};

// A clock that moves only when told to; wall and steady advance together.
class VirtualClock final : public Clock {
 public:
  explicit VirtualClock(WallTime start) : wall_(start), start_(start) {}
  [[nodiscard]] Instant now() const override { return {wall_, SteadyTime{wall_ - start_}}; }
  // Moves forward to `t`; a time that has passed leaves the clock where it is.
  void advance_to(WallTime t) {
    if (t > wall_) wall_ = t;
  }
  void advance(std::chrono::microseconds d) { advance_to(wall_ + d); }

 private:
  WallTime wall_;
  WallTime start_;
};

}  // namespace gw
