#include <chrono>

#include <fmt/format.h>

#include "base/clock.h"
#include "base/time.h"
#include "certificates/renewal.h"
#include "command.h"
#include "output.h"

namespace gw::app {

cli::Exit run_certs_needs_renewal(const cli::Invocation& invocation) {
  const auto length = parse_duration(invocation.value("--before", "24h"));
  if (!length) {
    return fail_usage(invocation, fmt::format("--before: {}", length.error().message));
  }
  const auto before = std::chrono::ceil<std::chrono::seconds>(*length);
  const auto ending = certificates::first_to_end(invocation.value("PATH"));
  if (!ending) {
    complain(fmt::format("gatewayctl: {}\n", ending.error().message));
    return cli::Exit::unreachable;
  }
  const WallSeconds now = whole_seconds(SystemClock().now().wall);
  if (!print(certificates::describe(*ending, before, now))) return cli::Exit::unreachable;
  return certificates::is_due(*ending, before, now) ? cli::Exit::found : cli::Exit::ok;
}

}  // namespace gw::app
