#include "mesh/changes.h"

#include <utility>

namespace gw::mesh {

Changes::Changes(net::Loop& loop, std::uint64_t first) : loop_(loop), index_(first) {}

std::uint64_t Changes::advance() {
  ring();
  return ++index_;
}

void Changes::ring() {
  if (std::exchange(announced_, true)) return;
  loop_.post([this] { tell(); });
}

void Changes::tell() {
  announced_ = false;
  ++rings_;
  for (Waiter* waiter : waiters_) waiter->wake();
  std::erase_if(subscribers_, [](const auto& subscriber) { return subscriber.expired(); });
  for (const auto& subscriber : subscribers_) {
    // It may end its own subscription, or another's.
    if (const auto action = subscriber.lock()) (*action)();
  }
}

Changes::Waiter::Waiter(Changes& changes, SteadyTime until)
    : changes_(changes), signal_(changes.loop_) {
  place_ = changes_.waiters_.insert(changes_.waiters_.end(), this);
  if (until == SteadyTime::max()) return;
  alarm_ = changes_.loop_.at(until, [this] {
    alarm_.reset();
    wake();
  });
}

Changes::Waiter::~Waiter() {
  if (alarm_) changes_.loop_.cancel(*alarm_);
  changes_.waiters_.erase(place_);
}

net::Task<void> Changes::next(SteadyTime until) {
  Waiter waiter(*this, until);
  co_await waiter.wait();
}

Changes::Subscription Changes::subscribe(std::function<void()> action) {
  auto handle = std::make_shared<std::function<void()>>(std::move(action));
  subscribers_.emplace_back(handle);
  return handle;
}

}  // namespace gw::mesh
