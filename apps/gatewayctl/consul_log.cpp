#include "consul_log.h"

#include <utility>

#include "base/time.h"

namespace gw::app {

using proxy::LogLevel;

consul::WatchEvents log_events(proxy::Log& log, std::string consul, std::function<void()> changed) {
  return {
      .changed = std::move(changed),
      .out_of_reach =
          [&log, consul](const Error& why) {
            log.write(LogLevel::warn, "consul_unreachable",
                      {{"consul", consul},
                       {"error", why.message},
                       {"message", "the certificates in hand stay"}});
          },
      .recovered =
          [&log, consul] { log.write(LogLevel::notice, "consul_recovered", {{"consul", consul}}); },
      .refused =
          [&log](const std::string& service, const Error& why) {
            log.write(LogLevel::warn, "certificates_refused",
                      {{"service", service},
                       {"error", why.message},
                       {"message", "the certificates in hand stay"}});
          }};
}

void warn_of_expiry(proxy::Log& log, consul::ExpiryNotices& notices,
                    const consul::Certificates& certificates, WallSeconds now) {
  for (const consul::Leaf* leaf : notices.due(certificates, now)) {
    const auto left = leaf->not_after - now;
    log.write(LogLevel::warn, "certificate_expiring",
              {{"service", leaf->service},
               {"expires", expiry_text(*leaf)},
               {"left", left.count() > 0 ? format_span(left) : "none"},
               {"message", "Consul has not renewed it"}});
  }
}

std::string expiry_text(const consul::Leaf& leaf) {
  return format_rfc3339(leaf.not_after);
}

}  // namespace gw::app
