// The names of the two families of rate-limit headers (kong-behaviour.md 1.8, 2.4).
#pragma once

#include <array>
#include <string_view>

#include "model/period.h"

namespace gw::gateway {

struct LimitNames {
  std::array<std::string_view, model::kPeriodCount> limit_by_period;
  std::array<std::string_view, model::kPeriodCount> remaining_by_period;
  std::string_view limit;
  std::string_view remaining;
  std::string_view reset;
  std::string_view retry_after;
};

inline constexpr LimitNames kRateLimitNames{
    {"X-RateLimit-Limit-Second", "X-RateLimit-Limit-Minute", "X-RateLimit-Limit-Hour",
     "X-RateLimit-Limit-Day", "X-RateLimit-Limit-Month", "X-RateLimit-Limit-Year"},
    {"X-RateLimit-Remaining-Second", "X-RateLimit-Remaining-Minute", "X-RateLimit-Remaining-Hour",
     "X-RateLimit-Remaining-Day", "X-RateLimit-Remaining-Month", "X-RateLimit-Remaining-Year"},
    "RateLimit-Limit",
    "RateLimit-Remaining",
    "RateLimit-Reset",
    "Retry-After",
};

inline constexpr LimitNames kConsumerRateLimitNames{
    {"X-Consumer-RateLimit-Limit-Second", "X-Consumer-RateLimit-Limit-Minute",
     "X-Consumer-RateLimit-Limit-Hour", "X-Consumer-RateLimit-Limit-Day",
     "X-Consumer-RateLimit-Limit-Month", "X-Consumer-RateLimit-Limit-Year"},
    {"X-Consumer-RateLimit-Remaining-Second", "X-Consumer-RateLimit-Remaining-Minute",
     "X-Consumer-RateLimit-Remaining-Hour", "X-Consumer-RateLimit-Remaining-Day",
     "X-Consumer-RateLimit-Remaining-Month", "X-Consumer-RateLimit-Remaining-Year"},
    "Consumer-RateLimit-Limit",
    "Consumer-RateLimit-Remaining",
    "Consumer-RateLimit-Reset",
    "Consumer-Retry-After",
};

}  // namespace gw::gateway
