#include "replay/arrivals.h"

#include <chrono>
#include <cmath>
#include <limits>

#include "base/time.h"

namespace gw::replay {
namespace {

using std::chrono::microseconds;

// Sums below 2^53 microseconds, 285 years, are exact to the microsecond.
microseconds whole(double us) {
  return microseconds{static_cast<std::int64_t>(std::floor(us))};
}

}  // namespace

ArrivalTimes::ArrivalTimes(const Stream& stream, WallTime start)
    : start_(start),
      left_(stream.count.value_or(std::numeric_limits<std::uint64_t>::max())),
      arrivals_(stream.arrivals),
      gap_us_(static_cast<double>(stream.rate.per.count()) / stream.rate.count),
      last_(start),
      rng_(stream.seed) {
  if (stream.lasts) until_ = add(start, *stream.lasts);
}

WallTime ArrivalTimes::time_of_next() {
  // Multiplied, not summed up: no error accumulates over a year.
  if (arrivals_ == Arrivals::uniform) return start_ + whole(static_cast<double>(n_) * gap_us_);
  elapsed_us_ += -std::log(1.0 - rng_.uniform()) * gap_us_;
  return start_ + whole(elapsed_us_);
}

std::optional<WallTime> ArrivalTimes::next() {
  if (left_ == 0) return std::nullopt;
  const WallTime at = time_of_next();
  if (until_ && at >= *until_) {
    left_ = 0;
    return std::nullopt;
  }
  --left_;
  ++n_;
  last_ = at;
  return at;
}

WallTime ArrivalTimes::end() const {
  if (until_) return *until_;
  if (arrivals_ == Arrivals::uniform) return start_ + whole(static_cast<double>(n_) * gap_us_);
  return last_;
}

}  // namespace gw::replay
