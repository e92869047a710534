// The working memory of an Exchange: its driver keeps one a connection or worker and passes it to
// one Exchange after the other, so that the steady path allocates nothing.
#pragma once

#include <memory>

namespace gw::gateway {

// Not thread-safe: one Exchange at a time.
class Scratch {
 public:
  Scratch();
  ~Scratch();
  Scratch(Scratch&&) noexcept;
  Scratch& operator=(Scratch&&) noexcept;

  struct State;  // exchange_state.h
  [[nodiscard]] State& state() { return *state_; }
  [[nodiscard]] const State& state() const { return *state_; }

 private:
  std::unique_ptr<State> state_;
};

}  // namespace gw::gateway
