#include "mesh/sample_faults.h"

#include <algorithm>
#include <cmath>

namespace gw::mesh {

SampleFaults::SampleFaults(const SampleBehaviour& behaviour)
    : behaviour_(behaviour),
      // fake-service's bucket holds nothing below one a second, and lets nobody in at all.
      burst_(std::max(1.0, std::floor(behaviour.rate_limit))),
      tokens_(burst_) {
  constexpr double kRarest = 1e-9;
  if (behaviour.error_rate > kRarest) {
    period_ = std::max<std::uint64_t>(1, static_cast<std::uint64_t>(1 / behaviour.error_rate));
  }
}

std::optional<SampleFault> SampleFaults::next(SteadyTime now) {
  ++requests_;  // those over the limit count, too
  if (exceeds_rate(now)) {
    return SampleFault{.code = behaviour_.rate_limit_code, .error = "Service exceeded rate limit"};
  }
  if (period_ == 0 || requests_ % period_ != 0) return std::nullopt;
  if (!behaviour_.error_is_delay) {
    return SampleFault{.code = behaviour_.error_code,
                       .error = "Service error automatically injected"};
  }
  return SampleFault{.code = behaviour_.error_code,
                     .error = "Service delay automatically injected",
                     .delay = behaviour_.error_delay};
}

bool SampleFaults::exceeds_rate(SteadyTime now) {
  if (behaviour_.rate_limit <= 0) return false;
  const std::chrono::duration<double> passed = last_ ? now - *last_ : SteadyTime::duration{0};
  tokens_ = std::min(burst_, tokens_ + passed.count() * behaviour_.rate_limit);
  last_ = now;
  if (tokens_ < 1) return true;
  tokens_ -= 1;
  return false;
}

SampleTiming::SampleTiming(const SampleBehaviour& behaviour)
    : p50_(behaviour.timing_50),
      p90_(behaviour.timing_90.count() > 0 ? behaviour.timing_90 : p50_),
      p99_(behaviour.timing_99.count() > 0 ? behaviour.timing_99 : p90_),
      variance_(behaviour.timing_variance) {}

std::chrono::microseconds SampleTiming::next() {
  const double more = variance_ > 0 ? rng_.uniform() * variance_ / 100 : 0;
  const std::uint64_t share = rng_.below(100);
  const auto base = share < 90 ? p50_ : share < 99 ? p90_ : p99_;
  return base + std::chrono::microseconds(
                    static_cast<std::int64_t>(static_cast<double>(base.count()) * more));
}

}  // namespace gw::mesh
