// A loop with a clock that moves when told to, and an agent on it.
#pragma once

#include <memory>
#include <stdexcept>
#include <string>
#include <utility>

#include "base/clock.h"
#include "mesh/state.h"
#include "net/loop.h"

namespace gw::mesh::testing {

inline constexpr WallSeconds kStart{std::chrono::seconds(1'600'000'000)};  // 2020-09-13T12:26:40Z

struct VirtualLoop {
  VirtualClock clock{kStart};
  net::Loop loop{clock, false};

  VirtualLoop() = default;
  VirtualLoop(const VirtualLoop&) = delete;
  VirtualLoop& operator=(const VirtualLoop&) = delete;

  // Every timer on the way fires at its time.
  void pass(std::chrono::microseconds span) {
    const SteadyTime until = clock.now().steady + span;
    settle();
    for (auto next = loop.timers().next(); next && *next <= until; next = loop.timers().next()) {
      if (*next > clock.now().steady) clock.advance(*next - clock.now().steady);
      loop.timers().fire(clock.now().steady);
      settle();
    }
    clock.advance(until - clock.now().steady);
    settle();
  }
  void settle() {
    loop.context().restart();
    loop.context().poll();
  }
};

struct AgentWorld : VirtualLoop {
  explicit AgentWorld(AgentSettings settings = {}) {
    auto made = State::create(loop, std::move(settings));
    if (!made) throw std::runtime_error(made.error().message);
    state = std::move(*made);
  }
  ~AgentWorld() { loop.end(); }
  AgentWorld(const AgentWorld&) = delete;
  AgentWorld& operator=(const AgentWorld&) = delete;

  std::unique_ptr<State> state;
};

}  // namespace gw::mesh::testing
