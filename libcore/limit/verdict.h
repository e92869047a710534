// From readings to what the client is told (kong-behaviour.md 1.6).
#pragma once

#include <array>
#include <cstdint>
#include <span>

#include "limit/charge.h"
#include "limit/window.h"

namespace gw::limit {

struct Verdict {
  bool stopped = false;
  // What X-RateLimit-Remaining-* shows, by window (the order of the charge's windows).
  std::array<double, kPeriodCount> remaining{};
  std::size_t chosen = 0;  // index of the window behind RateLimit-Limit and -Reset
  std::int64_t reset = 1;  // seconds: RateLimit-Reset, and Retry-After when stopped
};

[[nodiscard]] Verdict judge(std::span<const Window> windows, const Reading& reading,
                            WallSeconds now);

}  // namespace gw::limit
