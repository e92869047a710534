#include "serve_consul.h"

#include <algorithm>
#include <chrono>
#include <cstdlib>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "base/time.h"
#include "consul/agent_source.h"
#include "consul_log.h"
#include "signals.h"

namespace gw::app {
namespace {

using namespace std::chrono_literals;
using proxy::LogLevel;

// For an agent that hangs; one that is not there says so at once.
constexpr std::chrono::milliseconds kPatience = 3s;

// Its own text: what is not known yet is looked up again as soon as it is.
std::string text_of(const proxy::VaultReference& reference) {
  return "{vault://consul/" + join(reference.path, "/") + "}";
}

// Without the leaves of other services: nobody renews them any more.
std::shared_ptr<const consul::Certificates> only(
    const std::shared_ptr<const consul::Certificates>& all, const std::set<std::string>& services) {
  if (!all) return nullptr;
  auto some = std::make_shared<consul::Certificates>(*all);
  std::erase_if(some->leaves, [&](const auto& leaf) { return !services.contains(leaf.first); });
  return some;
}

}  // namespace

ServeConsul::~ServeConsul() = default;

ServeConsul::Known ServeConsul::watched() const {
  const std::lock_guard lock(mutex_);
  return watch_ ? watch_->current() : nullptr;
}

// What is watched, and what was fetched for a config that is about to come.
ServeConsul::Known ServeConsul::known() const {
  const std::lock_guard lock(mutex_);
  Known watched = watch_ ? watch_->current() : nullptr;
  if (!watched) return fetched_;
  if (!fetched_) return watched;
  const auto is_watched = [&](const auto& leaf) { return watched->leaves.contains(leaf.first); };
  if (std::ranges::all_of(fetched_->leaves, is_watched)) return watched;
  auto both = std::make_shared<consul::Certificates>(*watched);
  both->leaves.insert(fetched_->leaves.begin(), fetched_->leaves.end());
  return both;
}

// ---- asking ----

Result<void> ServeConsul::need(const proxy::ConsulNeeds& needs) {
  if (!needs.any()) return {};
  if (needs.leaves.size() > consul::kMostWatched) {
    return gw::fail(ErrorCode::too_large,
                    fmt::format("the config takes the certificates of {} services from Consul; {} "
                                "is the most that one gateway keeps fresh",
                                needs.leaves.size(), consul::kMostWatched));
  }
  const std::lock_guard asking(asking_);
  if (!settings_) {
    auto settings = consul::read_settings([](const char* name) { return std::getenv(name); });
    if (!settings) return std::unexpected(settings.error());
    const std::lock_guard lock(mutex_);
    settings_ = std::move(*settings);
  }
  fetch_missing(needs);
  return {};
}

// One by one: that one service's leaf is no good says nothing of the others. An agent that cannot
// be asked is not asked again.
void ServeConsul::fetch_missing(const proxy::ConsulNeeds& needs) {
  const Known known = this->known();
  const WallSeconds now = whole_seconds(clock_.now().wall);
  consul::AgentSource source(*settings_, clock_);
  if (!known) {
    auto roots = consul::fetch(source, {}, clock_, kPatience);
    if (!roots) return;
    merge(std::move(*roots));
  }
  for (const std::string& service : needs.leaves) {
    // One that was fetched for a config that never came may have expired since.
    const auto leaf = known ? known->leaves.find(service) : decltype(known->leaves.end()){};
    if (known && leaf != known->leaves.end() && leaf->second.not_after > now) continue;
    auto fetched = consul::fetch(source, {service}, clock_, kPatience);
    if (fetched) merge(std::move(*fetched));
    if (!fetched && fetched.error().code == ErrorCode::unreachable) return;
  }
}

void ServeConsul::merge(consul::Certificates fetched) {
  const Known before = known();
  auto next = std::make_shared<consul::Certificates>(std::move(fetched));
  if (before) next->leaves.insert(before->leaves.begin(), before->leaves.end());
  const std::lock_guard lock(mutex_);
  fetched_ = std::move(next);
}

void ServeConsul::watch(const proxy::ConsulNeeds& needs, proxy::Log& log) {
  const std::lock_guard asking(asking_);
  Known begin = only(known(), needs.leaves);
  std::shared_ptr<consul::Watch> old;
  {
    const std::lock_guard lock(mutex_);
    if (std::exchange(needs_, needs) == needs && watch_) return;
    old = std::exchange(watch_, nullptr);
    fetched_ = begin;
  }
  old.reset();  // its threads end here, without our lock
  if (!needs.any() || !settings_) return;
  auto events = log_events(log, settings_->name(), [this] {
    news_.store(true);
    Signals::wake();
  });
  auto fresh = std::make_shared<consul::Watch>(
      [this] { return std::make_unique<consul::AgentSource>(*settings_, clock_); }, needs.leaves,
      clock_, std::move(events), std::move(begin));
  const std::lock_guard lock(mutex_);
  watch_ = std::move(fresh);
}

// ---- what was learnt ----

Result<std::string> ServeConsul::look_up(const Known& now, const proxy::VaultReference& reference) {
  if (!now) return text_of(reference);
  if (reference.path.size() == 1) return now->roots.bundle();
  const auto leaf = now->leaves.find(reference.path.at(1));
  if (leaf == now->leaves.end()) return text_of(reference);
  return reference.path.at(2) == "key" ? std::string(leaf->second.key.reveal())
                                       : leaf->second.certificate;
}

Result<void> ServeConsul::resolve(model::Config& config, const proxy::TlsMaterial& tls) const {
  const Known now = known();
  if (tls.trusted.empty()) {
    proxy::trust_consul_roots(config, now ? now->roots.trust_domain : std::string{});
  }
  // All of one moment: a certificate and its key belong together.
  return proxy::resolve_references(
      config, proxy::with_local_vaults([now](const proxy::VaultReference& reference) {
        return look_up(now, reference);
      }));
}

std::optional<std::string> ServeConsul::missing() const {
  const Known now = known();
  const std::lock_guard lock(mutex_);
  if (needs_.roots && !now) return "Consul's CA roots are not known yet; see the log";
  for (const std::string& service : needs_.leaves) {
    const auto leaf = now ? now->leaves.find(service) : decltype(now->leaves.end()){};
    if (!now || leaf == now->leaves.end()) {
      return "the certificate of service '" + printable(service) +
             "' is not to be had from Consul yet; see the log";
    }
    if (leaf->second.not_after <= whole_seconds(clock_.now().wall)) {
      return "the certificate of service '" + printable(service) +
             "' has expired, and Consul has not renewed it; see the log";
    }
  }
  return std::nullopt;
}

void ServeConsul::tell(proxy::Log& log) {
  const Known now = watched();
  if (!now) return;
  warn_of_expiry(log, notices_, *now, whole_seconds(clock_.now().wall));
  if (now == told_) return;
  const Known before = std::exchange(told_, now);
  if (!before || !(before->roots == now->roots)) {
    log.write(LogLevel::notice, "roots_renewed",
              {{"roots", now->roots.pems.size()}, {"trust_domain", now->roots.trust_domain}});
  }
  for (const auto& [service, leaf] : now->leaves) {
    if (before && before->leaves.contains(service) && before->leaves.at(service) == leaf) continue;
    log.write(LogLevel::notice, "certificate_renewed",
              {{"service", service}, {"expires", expiry_text(leaf)}});
  }
}

Result<proxy::GenerationPtr> make_generation(model::Config config,
                                             const gateway::Settings& decisions,
                                             const proxy::TlsMaterial& tls,
                                             const ServeConsul& consul) {
  if (auto resolved = consul.resolve(config, tls); !resolved) {
    return std::unexpected(std::move(resolved.error()));
  }
  return proxy::make_generation(std::move(config), decisions, tls);
}

}  // namespace gw::app
