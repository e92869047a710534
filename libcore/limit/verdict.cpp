#include "limit/verdict.h"

#include <algorithm>
#include <cstddef>

namespace gw::limit {
namespace {

// What is left before this request; at 0 and below the window stops it. Counts are far below 2^63.
double room(const Window& window, const Reading& reading) {
  const std::uint64_t used = reading.used_before[model::index(window.period)];
  return window.limit - static_cast<double>(static_cast<std::int64_t>(used));
}

}  // namespace

Verdict judge(std::span<const Window> windows, const Reading& reading, WallSeconds now) {
  Verdict verdict;
  windows = windows.first(std::min(windows.size(), kPeriodCount));
  if (windows.empty()) return verdict;
  verdict.stopped = std::any_of(windows.begin(), windows.end(),
                                [&](const Window& window) { return !(room(window, reading) > 0); });
  for (std::size_t i = 0; i < windows.size(); ++i) {
    const double left = room(windows[i], reading);
    // On a refusal the windows that had room show it undiminished (kong-behaviour.md 1.6).
    verdict.remaining[i] = std::max(0.0, verdict.stopped && left > 0 ? left : left - 1);
    // `<=`: of equals the longer window speaks.
    if (verdict.remaining[i] <= verdict.remaining[verdict.chosen]) verdict.chosen = i;
  }
  const Window& chosen = windows[verdict.chosen];
  verdict.reset = reset_after(chosen.period, chosen.start, now);
  return verdict;
}

}  // namespace gw::limit
