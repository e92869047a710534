#include "gateway/target_health.h"

#include <algorithm>

namespace gw::gateway {
namespace {

constexpr std::size_t at(Report report) {
  return static_cast<std::size_t>(report);
}

}  // namespace

bool TargetHealth::count(Report report, std::uint32_t threshold) {
  if (threshold == 0) return false;
  const bool good = report == Report::success;
  const bool settled = std::ranges::all_of(counters_, [](std::uint32_t n) { return n == 0; });
  if (settled && good == healthy_) return false;
  const std::uint32_t counted = counters_[at(report)] + 1;
  if (good) {
    counters_ = {};
  } else {
    counters_[at(Report::success)] = 0;
  }
  counters_[at(report)] = counted;
  if (counted >= threshold) {
    healthy_ = good;
    counters_ = {};
  }
  return true;
}

std::uint32_t threshold_of(const model::HealthRules& rules, Report report) {
  const std::array<std::uint32_t, kReports> thresholds{rules.successes, rules.http_failures,
                                                       rules.tcp_failures, rules.timeouts};
  return thresholds[at(report)];
}

}  // namespace gw::gateway
