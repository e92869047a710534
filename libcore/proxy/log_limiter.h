// What keeps one cause from filling a log: the first line at once, then one every ten seconds that
// says how many were left out.
//
// A direct-mapped table of fixed size: two causes in one slot let a line through early, never late.
// Not thread-safe; time is passed in.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <string_view>

#include "base/clock.h"

namespace gw::proxy {

class LogLimiter {
 public:
  static constexpr std::chrono::seconds kInterval{10};

  struct LeftOut {
    std::string_view event;
    std::uint64_t lines = 0;
  };

  // How many lines of this cause were left out before this one; nullopt: it is left out too.
  // `event` is a literal: it is kept.
  std::optional<std::uint64_t> admit(std::string_view event, std::uint64_t cause, SteadyTime now) {
    Slot& slot = slots_[cause % slots_.size()];
    const bool is_same = slot.cause == cause && slot.left_out.event == event;
    if (is_same && now - slot.since < kInterval) {
      ++slot.left_out.lines;
      return std::nullopt;
    }
    const std::uint64_t before = is_same ? slot.left_out.lines : 0;
    slot = {.cause = cause, .since = now, .left_out = {.event = event}};
    return before;
  }

  // What has been left out and not been told, for the last lines of a log.
  template <class Tell>
  void drain(Tell&& tell) {
    for (Slot& slot : slots_) {
      if (slot.left_out.lines > 0) tell(slot.left_out);
      slot = {};
    }
  }

 private:
  struct Slot {
    std::uint64_t cause = 0;
    SteadyTime since{};
    LeftOut left_out;
  };
  std::array<Slot, 256> slots_{};
};

}  // namespace gw::proxy
