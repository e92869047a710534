#include "replay/live_loop.h"

#include <algorithm>
#include <chrono>

namespace gw::replay {
namespace {

// Real time that bytes may take across this machine. What takes longer waits for a timer of the
// gateway's own, as a request does that is announced longer than it is.
constexpr std::chrono::milliseconds kPatience{200};

}  // namespace

void LiveLoop::poll() {
  loop_.context().restart();
  while (loop_.context().poll() > 0) continue;
}

void LiveLoop::run_out(const std::function<bool()>& is_done) {
  do {
    poll();
  } while (!is_done() && loop_.context().run_one_for(kPatience) > 0);
}

void LiveLoop::settle() {
  do {
    poll();
  } while (awaited_ > held_ && loop_.context().run_one_for(kPatience) > 0);
}

std::optional<WallTime> LiveLoop::next() {
  const auto gateway = loop_.timers().next();
  const auto stubs = stub_timers_.next();
  if (!gateway && !stubs) return std::nullopt;
  const SteadyTime first =
      std::min(gateway.value_or(SteadyTime::max()), stubs.value_or(SteadyTime::max()));
  const Instant at = clock_.now();
  return at.wall + (first - at.steady);
}

void LiveLoop::wait_until(WallTime t) {
  settle();
  for (auto at = next(); at && *at <= t; at = next()) {
    if (*at > clock_.now().wall) clock_.set(*at);
    const SteadyTime now = clock_.now().steady;
    stub_timers_.fire(now);
    settle();
    loop_.timers().fire(now);
    settle();
  }
  if (t > clock_.now().wall) clock_.set(t);
}

}  // namespace gw::replay
