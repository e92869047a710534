#include "limit/cell.h"

#include <chrono>
#include <cstddef>

namespace gw::limit::detail {
namespace {

// A request may come with a slightly older second than the one before it (threads, small clock
// corrections): it counts in the newer windows, so no limit is passed over. On a bigger step back
// the cell follows the clock, else a limit reached in a wrong future would hold until then.
constexpr std::chrono::seconds kSmallStepBack{10};

}  // namespace

void Cell::claim(const Fingerprint& key, WallSeconds now) {
  high = key.high;
  tag_and_time = (key.low & kTagMask) << kTimeBits;
  counts = {};
  set_time(now);
}

void Cell::set_time(WallSeconds now) {
  const auto second = static_cast<std::uint64_t>(now.time_since_epoch().count()) + 1;
  tag_and_time = (tag_and_time & ~kTimeMask) | (second & kTimeMask);
}

void Cell::move_to(const Calendar& calendar) {
  const WallSeconds then = time();
  if (then > calendar.now && then - calendar.now <= kSmallStepBack) return;
  for (std::size_t p = 0; p < kPeriodCount; ++p) {
    const bool same_window = calendar.start[p] <= then && then < calendar.end[p];
    counts[p] = same_window ? counts[p] : 0;
  }
  set_time(calendar.now);
}

std::uint64_t Cell::worth(const Calendar& calendar) const {
  const WallSeconds then = time();
  for (std::size_t p = kPeriodCount; p-- > 0;) {
    if (counts[p] == 0 || then < calendar.start[p]) continue;
    return (p + 1) << 56U | counts[p];
  }
  return 0;
}

}  // namespace gw::limit::detail
