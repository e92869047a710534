#include "certs_hook.h"

#include <cstdlib>
#include <string>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/text.h"

namespace gw::app {
namespace {

using proxy::LogLevel;

std::vector<std::string> environment_of(const CertsPlan& plan) {
  std::vector<std::string> out;
  for (const char* name : {"PATH", "HOME", "LANG"}) {
    if (const char* value = std::getenv(name)) out.push_back(std::string(name) + "=" + value);
  }
  const std::vector<std::string> services(plan.services.begin(), plan.services.end());
  out.push_back("GATEWAYCTL_SERVICES=" + join(services, " "));
  out.push_back("GATEWAYCTL_OUT=" + plan.out);
  return out;
}

std::string words_for(std::optional<int> status) {
  constexpr int kSignal = 128;
  if (!status) return "it took too long and was killed; see --exec-timeout";
  if (*status > kSignal) return fmt::format("killed by signal {}", *status - kSignal);
  return fmt::format("it ended with status {}", *status);
}

}  // namespace

void Hook::run() {
  if (child_) {
    again_ = true;
    return;
  }
  start();
}

void Hook::start() {
  retry_at_.reset();
  began_ = clock_.now().steady;
  auto child = Child::start(plan_.exec, environment_of(plan_));
  if (child) {
    child_.emplace(std::move(*child));
    return;
  }
  well_ = false;
  log_.write(LogLevel::warn, "exec_failed", {{"error", child.error().message}});
  try_later();
}

// Whoever has not been told would use old certificates until they end.
void Hook::try_later() {
  retry_at_ = clock_.now().steady + after_failure_.next(rng_);
}

void Hook::tend() {
  if (!child_) {
    if (retry_at_ && clock_.now().steady >= *retry_at_) start();
    return;
  }
  const auto status = child_->status();
  if (!status && clock_.now().steady - began_ < plan_.exec_timeout) return;
  child_.reset();
  report(status);
  if (std::exchange(again_, false)) start();
}

void Hook::report(std::optional<int> status) {
  well_ = status && *status == 0;
  if (well_) after_failure_.reset();
  if (!well_) try_later();
  const auto took =
      std::chrono::floor<std::chrono::milliseconds>(clock_.now().steady - began_).count();
  if (well_) {
    log_.write(LogLevel::notice, "exec_done", {{"status", 0}, {"took_ms", took}});
  } else if (status) {
    log_.write(LogLevel::warn, "exec_failed",
               {{"status", *status}, {"error", words_for(status)}, {"took_ms", took}});
  } else {
    log_.write(LogLevel::warn, "exec_failed", {{"error", words_for(status)}, {"took_ms", took}});
  }
}

}  // namespace gw::app
