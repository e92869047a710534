#include "serve_notify.h"

#include <array>
#include <cstdint>
#include <systemd/sd-daemon.h>

namespace gw::app {
namespace {

constexpr std::array<const char*, 4> kWords{"READY=1", "RELOADING=1", "STOPPING=1", "WATCHDOG=1"};

}  // namespace

void notify(ServiceState state) {
  // Without systemd there is no socket to write to, and nobody to be told of it.
  static_cast<void>(sd_notify(0, kWords.at(static_cast<std::size_t>(state))));
}

std::optional<std::chrono::microseconds> watchdog_interval() {
  std::uint64_t usec = 0;
  if (sd_watchdog_enabled(0, &usec) <= 0) return std::nullopt;
  return std::chrono::microseconds{static_cast<std::int64_t>(usec)};
}

}  // namespace gw::app
