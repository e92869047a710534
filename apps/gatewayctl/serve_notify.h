// Word to systemd (sd_notify(3)), where it is the one that started us; elsewhere nothing happens.
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>

namespace gw::app {

// `alive` is said only when every worker has answered; see Server::is_alive().
enum class ServiceState : std::uint8_t { ready, reloading, stopping, alive };

void notify(ServiceState state);

// How often `alive` is wanted at least (WatchdogSec=); nullopt: nobody watches.
[[nodiscard]] std::optional<std::chrono::microseconds> watchdog_interval();

}  // namespace gw::app
