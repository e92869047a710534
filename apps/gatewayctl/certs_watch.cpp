#include "certs_watch.h"

#include <atomic>
#include <memory>
#include <string>
#include <utility>

#include "certs_hook.h"
#include "consul/expiry.h"
#include "consul/folder.h"
#include "consul/identity.h"
#include "consul/watch.h"
#include "consul_log.h"
#include "output.h"
#include "proxy/log.h"

namespace gw::app {
namespace {

using namespace std::chrono_literals;
using proxy::LogLevel;

// What changes together, as roots and leaves after a rotation, is written and told together.
constexpr std::chrono::milliseconds kSettle = 200ms;
// How long the first write waits for services that are late.
constexpr auto kPatience = 3s;
// How often expiry is looked at, and what could not be written is tried again.
constexpr std::chrono::milliseconds kTurn = 1s;
// How soon the end of a command is noticed.
constexpr std::chrono::milliseconds kHookTurn = 20ms;

class CertsWatch {
 public:
  CertsWatch(const CertsPlan& plan, const Clock& clock, const Signals& signals, proxy::Log& log)
      : plan_(plan), clock_(clock), signals_(signals), log_(log), hook_(plan, clock, log) {}

  void run() {
    begin();
    for (;;) {
      Request request = signals_.next(hook_.is_running() ? kHookTurn : kTurn);
      if (request == Request::none) request = settle();
      if (request == Request::stop) return;
      if (request == Request::reload) begin();
      if (write() && !plan_.exec.empty()) hook_.run();
      hook_.tend();
    }
  }

 private:
  // Waits until nothing more comes, within reason.
  Request settle() {
    constexpr int kMostTurns = 10;
    for (int turn = 0; turn < kMostTurns && news_.exchange(false); ++turn) {
      pending_ = true;
      const Request request = signals_.next(kSettle);
      if (request != Request::none) return request;
    }
    return Request::none;
  }

  // At first everybody gets a chance to be among those that are written and told of together.
  [[nodiscard]] bool is_early(const consul::Certificates& certificates) const {
    return certificates.leaves.size() < plan_.services.size() &&
           clock_.now().steady < begun_ + kPatience;
  }

  void begin() {
    begun_ = clock_.now().steady;
    const auto known = watch_ ? watch_->current() : nullptr;
    watch_.reset();
    watch_ = std::make_unique<consul::Watch>([this] { return plan_.make_source(clock_); },
                                             plan_.services, clock_,
                                             log_events(log_, plan_.consul.name(),
                                                        [this] {
                                                          news_.store(true);
                                                          Signals::wake();
                                                        }),
                                             known);
  }

  // Whether anything was written.
  bool write() {
    const auto certificates = watch_->current();
    if (!certificates) return false;
    const WallSeconds now = whole_seconds(clock_.now().wall);
    warn_of_expiry(log_, notices_, *certificates, now);
    if ((!pending_ && trouble_.empty()) || is_early(*certificates)) return false;
    pending_ = false;
    bool written = false;
    std::string trouble;
    for (const auto& [service, leaf] : certificates->leaves) {
      // After a root has gone its leaf may be worthless, until there is another.
      if (!consul::check_identity(certificates->roots, leaf, service, now)) continue;
      const std::string folder = plan_.folder_of(service);
      const auto done = consul::write_folder(folder, certificates->roots, leaf);
      if (!done) trouble = done.error().message;
      if (done && *done == consul::Written::changed) {
        written = true;
        log_.write(LogLevel::notice, "certificates_written",
                   {{"service", service}, {"folder", folder}, {"expires", expiry_text(leaf)}});
      }
    }
    tell(std::move(trouble));
    return written;
  }

  // Each trouble once; it is tried again until it is over.
  void tell(std::string trouble) {
    if (!trouble.empty() && trouble != trouble_) {
      log_.write(LogLevel::error, "certificates_not_written", {{"error", trouble}});
    }
    trouble_ = std::move(trouble);
  }

  const CertsPlan& plan_;
  const Clock& clock_;
  const Signals& signals_;
  proxy::Log& log_;
  Hook hook_;
  std::atomic<bool> news_{false};
  bool pending_ = false;
  SteadyTime begun_{};
  std::string trouble_;
  consul::ExpiryNotices notices_;
  std::unique_ptr<consul::Watch> watch_;  // last: its threads use what is above
};

}  // namespace

cli::Exit watch_certs(const CertsPlan& plan, const Clock& clock, const Signals& signals) {
  const auto log = proxy::Log::open(clock, LogLevel::notice, "/dev/stderr");
  if (!log) return fail(log.error());
  CertsWatch(plan, clock, signals, **log).run();
  return cli::Exit::ok;
}

}  // namespace gw::app
