// How a sample service misbehaves on purpose, and how long it takes: as fake-service v0.7.8 does it
// (its errors/errors.go and timing/timing.go; consul-behaviour.md 6.1, 6.2).
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/clock.h"
#include "base/rng.h"
#include "mesh/topology.h"

namespace gw::mesh {

struct SampleFault {
  std::uint16_t code = 500;
  std::string_view error;
  std::chrono::microseconds delay{0};  // before the answer
};

// Every int(1/rate)-th request; a rate limit is a bucket that holds one second's requests.
class SampleFaults {
 public:
  explicit SampleFaults(const SampleBehaviour& behaviour);

  // Of the next request; nullopt: it is served.
  [[nodiscard]] std::optional<SampleFault> next(SteadyTime now);

 private:
  [[nodiscard]] bool exceeds_rate(SteadyTime now);

  SampleBehaviour behaviour_;
  std::uint64_t period_ = 0;  // 0: none is injected
  std::uint64_t requests_ = 0;
  double burst_ = 0;
  double tokens_ = 0;
  std::optional<SteadyTime> last_;
};

// Nine in ten requests take timing_50, one in a hundred timing_99, the others timing_90; each up to
// timing_variance percent longer. The same from start to start.
class SampleTiming {
 public:
  explicit SampleTiming(const SampleBehaviour& behaviour);

  [[nodiscard]] std::chrono::microseconds next();

 private:
  std::chrono::microseconds p50_;
  std::chrono::microseconds p90_;
  std::chrono::microseconds p99_;
  double variance_;
  Rng rng_{1};  // Go's generator begins with 1, too
};

}  // namespace gw::mesh
