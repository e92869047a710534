#include <string>
#include <utility>

#include <fmt/format.h>

#include "base/clock.h"
#include "base/text.h"
#include "base/time.h"
#include "certs_hook.h"
#include "certs_plan.h"
#include "certs_watch.h"
#include "command.h"
#include "consul/fetch.h"
#include "consul/folder.h"
#include "consul_log.h"
#include "output.h"
#include "proxy/log.h"
#include "signals.h"

namespace gw::app {
namespace {

using namespace std::chrono_literals;

// Only what was had and found wrong is `found`; whatever else went wrong, it was not to be had.
cli::Exit refuse(const Error& error) {
  complain(fmt::format("gatewayctl: {}\n", error.message));
  return error.code == ErrorCode::invalid ? cli::Exit::found : cli::Exit::unreachable;
}

std::string describe(const consul::Leaf& leaf, const std::string& folder, consul::Written written,
                     WallSeconds now) {
  return fmt::format("{}: {} {}/ca.crt, cert.pem, cert.key; expires in {} ({})\n",
                     printable(leaf.service),
                     written == consul::Written::changed ? "wrote" : "unchanged:", folder,
                     format_span(leaf.not_after - now), expiry_text(leaf));
}

// Of everything or of nothing, as far as it can be known before: all was checked already.
Result<bool> write_all(const CertsPlan& plan, const consul::Certificates& certificates,
                       WallSeconds now, std::string& told) {
  bool changed = false;
  for (const auto& [service, leaf] : certificates.leaves) {
    const std::string folder = plan.folder_of(service);
    const auto written = consul::write_folder(folder, certificates.roots, leaf);
    if (!written) return std::unexpected(written.error());
    changed = changed || *written == consul::Written::changed;
    told += describe(leaf, folder, *written, now);
  }
  return changed;
}

cli::Exit fetch_once(const CertsPlan& plan, const Clock& clock, const Signals& signals) {
  const auto source = plan.make_source(clock);
  const auto certificates = consul::fetch(*source, plan.services, clock, plan.timeout);
  if (!certificates) return refuse(certificates.error());
  std::string told;
  const auto changed = write_all(plan, *certificates, whole_seconds(clock.now().wall), told);
  if (!print(told)) return cli::Exit::unreachable;
  if (!changed) return refuse(changed.error());
  if (!*changed || plan.exec.empty()) return cli::Exit::ok;
  const auto log = proxy::Log::open(clock, proxy::LogLevel::notice, "/dev/stderr");
  if (!log) return fail(log.error());
  Hook hook(plan, clock, **log);
  hook.run();
  while (hook.is_running()) {
    if (signals.next(20ms) == Request::stop) return cli::Exit::found;
    hook.tend();
  }
  return hook.is_well() ? cli::Exit::ok : cli::Exit::found;
}

}  // namespace

cli::Exit run_certs_fetch(const cli::Invocation& invocation) {
  const auto plan = read_certs_plan(invocation);
  if (!plan) {
    const bool usage = plan.error().code == ErrorCode::invalid;
    return usage ? fail_usage(invocation, plan.error().message) : refuse(plan.error());
  }
  const SystemClock clock;
  const Signals signals;
  return invocation.has("--watch") ? watch_certs(*plan, clock, signals)
                                   : fetch_once(*plan, clock, signals);
}

}  // namespace gw::app
