#include "consul/watch.h"

#include <algorithm>
#include <utility>

#include "consul/identity.h"

namespace gw::consul {
namespace {

using namespace std::chrono_literals;
using std::chrono::milliseconds;

// As consul-template; an agent's default of five minutes would find a dead connection too late.
constexpr milliseconds kLongestWait = 60s;
// Of a leaf that has to be renewed, or that was refused.
constexpr milliseconds kShortWait = 2s;
constexpr milliseconds kPatience = 10s;
// An answer that came sooner than this did not wait, and the next question does.
constexpr milliseconds kHaste = 500ms;

}  // namespace

Watch::Watch(const SourceFactory& make_source, const std::set<std::string>& services,
             const Clock& clock, WatchEvents events, std::shared_ptr<const Certificates> known)
    : clock_(clock), events_(std::move(events)), current_(std::move(known)) {
  const auto add = [&](const std::string& service) {
    asking_.push_back(std::make_unique<Asking>(Asking{.source = make_source(),
                                                      .service = service,
                                                      .index = {},
                                                      .after_failure = Backoff(250ms, 4s),
                                                      .after_haste = Backoff(250ms, 3s),
                                                      .rng = Rng(random_seed()),
                                                      .refused = {},
                                                      .not_given = {}}));
  };
  add("");
  for (const std::string& service : services) {
    if (asking_.size() <= kMostWatched) add(service);
  }
  for (const auto& asking : asking_) {
    threads_.emplace_back([this, one = asking.get()] {
      one->service.empty() ? watch_roots(*one) : watch_leaf(*one);
    });
  }
}

Watch::~Watch() {
  {
    const std::lock_guard lock(mutex_);
    stopping_ = true;
  }
  wake_.notify_all();
  for (const auto& asking : asking_) asking->source->cancel();
  threads_.clear();
}

std::shared_ptr<const Certificates> Watch::current() const {
  const std::lock_guard lock(mutex_);
  return current_;
}

bool Watch::is_out_of_reach() const {
  const std::lock_guard lock(mutex_);
  return !failing_.empty();
}

bool Watch::stopping() const {
  const std::lock_guard lock(mutex_);
  return stopping_;
}

void Watch::pause(milliseconds how_long) {
  std::unique_lock lock(mutex_);
  wake_.wait_for(lock, how_long, [this] { return stopping_; });
}

template <class Event, class... Arguments>
void Watch::tell(const Event& event, const Arguments&... arguments) {
  const std::lock_guard lock(telling_);
  if (event && !stopping()) event(arguments...);
}

// ---- how well it goes ----

void Watch::failed(Asking& asking, const Error& error) {
  // What one service is refused says nothing of the agent; the roots are everybody's.
  const bool is_own = error.code == ErrorCode::missing && !asking.service.empty();
  bool is_new = false;
  bool is_back = false;
  {
    const std::lock_guard lock(mutex_);
    failing_.insert(&asking);
    if (is_own) {
      is_new = std::exchange(asking.not_given, error.message) != error.message;
      is_back = away_.erase(&asking) > 0 && away_.empty();
    } else {
      is_new = away_.empty();
      away_.insert(&asking);
    }
  }
  if (is_back) tell(events_.recovered);
  if (is_new) tell(events_.out_of_reach, error);
  asking.index.start_over();
  pause(asking.after_failure.next(asking.rng));
}

void Watch::answered(Asking& asking) {
  asking.after_failure.reset();
  asking.not_given.clear();
  bool is_over = false;
  {
    const std::lock_guard lock(mutex_);
    const bool is_back = away_.erase(&asking) > 0 && away_.empty();
    const bool is_well = failing_.erase(&asking) > 0 && failing_.empty();
    is_over = is_back || is_well;
  }
  if (is_over) tell(events_.recovered);
}

void Watch::refuse(Asking& asking, const Error& why) {
  if (std::exchange(asking.refused, why.message) == why.message) return;
  tell(events_.refused, asking.service, why);
}

// ---- roots ----

void Watch::watch_roots(Asking& asking) {
  while (!stopping()) {
    const SteadyTime asked = clock_.now().steady;
    auto roots =
        asking.source->roots({.index = asking.index.next(), .wait = kLongestWait}, kPatience);
    if (stopping()) return;
    if (!roots) {
      failed(asking, roots.error());
      continue;
    }
    answered(asking);
    asking.index.follow(roots->index);
    take_roots(std::move(roots->value));
    const bool waited = clock_.now().steady - asked >= kHaste;
    if (waited) asking.after_haste.reset();
    if (!waited) pause(asking.after_haste.next(asking.rng));
  }
}

// A leaf that leads to none of the new roots stays: whoever shows it may be shown the door, but
// without any the door is shut for sure. Its own thread asks for another.
void Watch::take_roots(Roots roots) {
  {
    const std::lock_guard lock(mutex_);
    if (current_ && current_->roots == roots) return;
    auto next =
        current_ ? std::make_shared<Certificates>(*current_) : std::make_shared<Certificates>();
    next->roots = std::move(roots);
    current_ = std::move(next);
  }
  wake_.notify_all();
  tell(events_.changed);
}

// ---- leaves ----

void Watch::watch_leaf(Asking& asking) {
  while (!stopping()) {
    const SteadyTime asked = clock_.now().steady;
    const Blocking blocking{.index = asking.index.next(), .wait = patience_for(asking)};
    auto leaf = asking.source->leaf(asking.service, blocking, kPatience);
    if (stopping()) return;
    if (!leaf) {
      failed(asking, leaf.error());
      continue;
    }
    answered(asking);
    asking.index.follow(leaf->index);
    const bool fit = take_leaf(asking, leaf->value);
    const bool waited = clock_.now().steady - asked >= kHaste;
    if (waited && fit) asking.after_haste.reset();
    if (!waited || !fit) pause(asking.after_haste.next(asking.rng));
  }
}

// How long to wait for what is newer: not beyond the time when the leaf has to be renewed.
milliseconds Watch::patience_for(Asking& asking) {
  const auto known = current();
  if (!known || !asking.refused.empty()) return kShortWait;
  const auto leaf = known->leaves.find(asking.service);
  if (leaf == known->leaves.end()) return kShortWait;
  const milliseconds left =
      renewal_time(leaf->second, asking.rng) - whole_seconds(clock_.now().wall);
  return std::clamp(left, kShortWait, kLongestWait);
}

// A leaf of a CA that has just become a root may come before the root does.
bool Watch::take_leaf(Asking& asking, const Leaf& leaf) {
  auto offered = offer(leaf);
  if (!offered) {
    auto roots = asking.source->roots({}, kPatience);
    if (roots) {
      take_roots(std::move(roots->value));
      offered = offer(leaf);
    }
  }
  if (stopping()) return true;
  if (!offered) {
    refuse(asking, offered.error());
    return false;
  }
  asking.refused.clear();
  return true;
}

// Puts it in the place of the one before, if it is fit to be used.
Result<void> Watch::offer(const Leaf& leaf) {
  const auto known = current();
  if (!known) return fail(ErrorCode::unreachable, "the roots are not known yet");
  const auto fit =
      check_identity(known->roots, leaf, leaf.service, whole_seconds(clock_.now().wall));
  if (!fit) return fit;
  {
    const std::lock_guard lock(mutex_);
    const auto before = current_->leaves.find(leaf.service);
    if (before != current_->leaves.end() && before->second == leaf) return {};
    auto next = std::make_shared<Certificates>(*current_);
    next->leaves.insert_or_assign(leaf.service, leaf);
    current_ = std::move(next);
  }
  tell(events_.changed);
  return {};
}

}  // namespace gw::consul
