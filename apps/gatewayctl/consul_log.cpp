#include "consul_log.h"

#include <array>
#include <utility>

#include "base/time.h"

namespace gw::app {

using proxy::LogLevel;

namespace {

constexpr std::array kEvents{
    ConsulEvent{"consul_unreachable",
                "the agent cannot be asked, or answers with an error; what is in hand stays. Told "
                "once an outage, and once for each service that is refused, with the remedy"},
    ConsulEvent{"consul_recovered", "the agent answers again, or refuses nothing any more"},
    ConsulEvent{"certificates_refused",
                "what the agent gave does not hold together (chain, key, identity, validity); what "
                "is in hand stays. Told once a cause"},
    ConsulEvent{"certificate_expiring",
                "a third of a certificate's life or less is left, and nobody has renewed it: look "
                "at the agent"},
    ConsulEvent{"certificate_renewed", "serve: new handshakes show this certificate"},
    ConsulEvent{"roots_renewed", "serve: upstreams are verified by these roots"},
    ConsulEvent{"certificates_not_used",
                "serve: the config cannot be served with what came; the old certificates stay"},
    ConsulEvent{"certificates_written", "certs fetch: the files of a service have changed"},
    ConsulEvent{"certificates_not_written",
                "certs fetch: the files cannot be written; tried again every second"},
    ConsulEvent{"exec_done", "certs fetch: the command of --exec ended with 0"},
    ConsulEvent{
        "exec_failed",
        "certs fetch: it ended with another status, was killed, or took too long; with --watch "
        "it is run again, within a minute at most"},
};

}  // namespace

std::span<const ConsulEvent> consul_events() {
  return kEvents;
}

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
