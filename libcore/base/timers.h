// The only timer queue: the simulator jumps its clock to next(), a server arms one timer for it.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <optional>
#include <utility>

#include "base/clock.h"

namespace gw {

// Not thread-safe: one queue a thread. Equal times fire in the order in which they were set.
class Timers {
 public:
  using Id = std::pair<SteadyTime, std::uint64_t>;

  Id at(SteadyTime when, std::function<void()> action) {
    const Id id{when, ++count_};
    queue_.emplace(id, std::move(action));
    return id;
  }
  void cancel(const Id& id) { queue_.erase(id); }
  [[nodiscard]] std::optional<SteadyTime> next() const {
    if (queue_.empty()) return std::nullopt;
    return queue_.begin()->first.first;
  }
  // Runs all that is due at `now`, also what these actions add for `now`.
  void fire(SteadyTime now) {
    while (!queue_.empty() && queue_.begin()->first.first <= now) {
      auto action = std::move(queue_.begin()->second);
      queue_.erase(queue_.begin());
      action();
    }
  }

 private:
  std::map<Id, std::function<void()>> queue_;
  std::uint64_t count_ = 0;
};

}  // namespace gw
