// When to ask again: the rules for blocking queries, and for an agent that fails or answers too
// fast (consul-behaviour.md 2.2). Values without I/O or clock.
#pragma once

#include <algorithm>
#include <chrono>
#include <cstdint>
#include <optional>

#include "base/rng.h"

namespace gw::consul {

// The index to ask with next.
class Index {
 public:
  // After an answer: one that went backwards starts over, 0 counts as 1, none never blocks.
  void follow(std::optional<std::uint64_t> answered) {
    const bool forward = answered && *answered >= next_;
    next_ = forward ? std::max<std::uint64_t>(*answered, 1) : 0;
  }
  void start_over() { next_ = 0; }
  [[nodiscard]] std::uint64_t next() const { return next_; }

 private:
  std::uint64_t next_ = 0;
};

// Ever longer pauses between tries, each drawn from the upper half of what it may be at most, so
// that a thousand gateways do not come back at once.
class Backoff {
 public:
  using Duration = std::chrono::milliseconds;
  Backoff(Duration first, Duration longest) : first_(first), longest_(longest), bound_(first) {}

  [[nodiscard]] Duration next(Rng& rng) {
    const Duration bound = bound_;
    bound_ = std::min(bound_ * 2, longest_);
    const auto half = bound.count() / 2;
    return Duration(half + static_cast<std::int64_t>(
                               rng.below(static_cast<std::uint64_t>(bound.count() - half) + 1)));
  }
  void reset() { bound_ = first_; }

 private:
  Duration first_;
  Duration longest_;
  Duration bound_;
};

}  // namespace gw::consul
