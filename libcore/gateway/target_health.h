// One target's health: Kong's state machine (lua-resty-healthcheck 1.x, incr_counter), as a value.
//
// Failures of each kind are counted by themselves; a success wipes them out, and a failure the
// successes. The target flips when one counter reaches its threshold.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>

#include "model/health.h"

namespace gw::gateway {

enum class Report : std::uint8_t { success, http_failure, tcp_failure, timeout };
inline constexpr std::size_t kReports = 4;

class TargetHealth {
 public:
  // False: it does not count. A threshold of 0 is off, and what only confirms is not counted.
  bool count(Report report, std::uint32_t threshold);
  // By hand: what was counted is forgotten.
  void set(bool healthy) { *this = {}, healthy_ = healthy; }
  [[nodiscard]] bool is_healthy() const { return healthy_; }

 private:
  bool healthy_ = true;
  std::array<std::uint32_t, kReports> counters_{};
};

// How many of these in a row the rules allow before the target flips.
[[nodiscard]] std::uint32_t threshold_of(const model::HealthRules& rules, Report report);

}  // namespace gw::gateway
