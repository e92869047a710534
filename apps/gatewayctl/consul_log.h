// What happens to certificates, as events of the operational log: the same words in `serve` and in
// `certs fetch --watch`.
#pragma once

#include <functional>
#include <span>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "consul/expiry.h"
#include "consul/fetch.h"
#include "consul/watch.h"
#include "proxy/log.h"

namespace gw::app {

// Logs, and calls `changed` when there is news. `log` outlives the watch; `consul` names the agent.
[[nodiscard]] consul::WatchEvents log_events(proxy::Log& log, std::string consul,
                                             std::function<void()> changed);

void warn_of_expiry(proxy::Log& log, consul::ExpiryNotices& notices,
                    const consul::Certificates& certificates, WallSeconds now);

// What each event means and what to do, for the manual.
struct ConsulEvent {
  std::string_view name;
  std::string_view meaning;
};
[[nodiscard]] std::span<const ConsulEvent> consul_events();

// "2026-12-01T10:00:00Z"
[[nodiscard]] std::string expiry_text(const consul::Leaf& leaf);

}  // namespace gw::app
