// Fixed windows, aligned to the UTC calendar (kong-behaviour.md 1.4). `now` is always passed in.
#pragma once

#include <array>
#include <cstdint>

#include "base/clock.h"
#include "model/period.h"

namespace gw::limit {

using model::kPeriodCount;
using model::Limits;
using model::Period;

// One window of one limit: [start, end), `end` by the calendar.
struct Window {
  Period period = Period::second;
  WallSeconds start{};
  WallSeconds end{};
  double limit = 0;
};

// The windows of all periods around one second.
struct Calendar {
  WallSeconds now{};
  std::array<WallSeconds, kPeriodCount> start{};
  std::array<WallSeconds, kPeriodCount> end{};

  [[nodiscard]] static Calendar at(WallSeconds now);
};

// RateLimit-Reset: max(1, W - (now - start)) with Kong's nominal length W of the period.
[[nodiscard]] std::int64_t reset_after(Period period, WallSeconds start, WallSeconds now);

// When a shared counter that is begun at `now` may go: Kong's W after it, and never before the
// window's own end, which in a month of 31 days comes later (hardening.md R9).
[[nodiscard]] WallTime counter_expiry(const Window& window, WallTime now);

}  // namespace gw::limit
