#include "base/clock.h"

namespace gw {

Instant SystemClock::now() const {
  using std::chrono::microseconds;
  return {std::chrono::time_point_cast<microseconds>(std::chrono::system_clock::now()),
          std::chrono::time_point_cast<microseconds>(std::chrono::steady_clock::now())};
}

}  // namespace gw
