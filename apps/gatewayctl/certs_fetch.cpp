#include <condition_variable>
#include <csignal>
#include <mutex>
#include <optional>
#include <string>
#include <thread>
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

// Whether SIGINT or SIGTERM waits. It is left where it is: the program is to end as by it.
bool is_told_to_end() {
  sigset_t waiting{};
  sigpending(&waiting);
  return sigismember(&waiting, SIGINT) == 1 || sigismember(&waiting, SIGTERM) == 1;
}

// nullopt: told to end meanwhile. Asked on a thread of its own, since an agent may hang.
std::optional<Result<consul::Certificates>> fetch_unless_told_to_end(const CertsPlan& plan,
                                                                     const Clock& clock) {
  const auto source = plan.make_source(clock);
  std::mutex mutex;
  std::condition_variable done;
  std::optional<Result<consul::Certificates>> fetched;
  const std::jthread asking([&] {
    auto got = consul::fetch(*source, plan.services, clock, plan.timeout);
    const std::lock_guard lock(mutex);
    fetched = std::move(got);
    done.notify_one();
  });
  std::unique_lock lock(mutex);
  while (!done.wait_for(lock, 100ms, [&] { return fetched.has_value(); })) {
    if (!is_told_to_end()) continue;
    source->cancel();
    return std::nullopt;
  }
  return fetched;
}

struct Outcome {
  bool changed = false;
  std::string told{};
  std::optional<Error> failure{};
};

// Of everything or of nothing, as far as it can be known before: all was checked already.
Outcome write_all(const CertsPlan& plan, const consul::Certificates& certificates,
                  WallSeconds now) {
  Outcome all;
  for (const auto& [service, leaf] : certificates.leaves) {
    const std::string folder = plan.folder_of(service);
    const auto written = consul::write_folder(folder, certificates.roots, leaf);
    if (!written) {
      all.failure = written.error();
      return all;
    }
    all.changed = all.changed || *written == consul::Written::changed;
    all.told += describe(leaf, folder, *written, now);
  }
  return all;
}

cli::Exit run_hook(const CertsPlan& plan, const Clock& clock, const Signals& signals) {
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

// The command is told of what was written, whatever went wrong beside it: the next run finds that
// unchanged, and tells nobody.
cli::Exit fetch_once(const CertsPlan& plan, const Clock& clock, const Signals& signals) {
  const auto certificates = fetch_unless_told_to_end(plan, clock);
  if (!certificates) return cli::Exit::found;
  if (!*certificates) return refuse(certificates->error());
  const Outcome all = write_all(plan, **certificates, whole_seconds(clock.now().wall));
  cli::Exit status = print(all.told) ? cli::Exit::ok : cli::Exit::unreachable;
  if (all.failure) status = refuse(*all.failure);
  if (!all.changed || plan.exec.empty()) return status;
  const cli::Exit ran = run_hook(plan, clock, signals);
  return status == cli::Exit::ok ? ran : status;
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
