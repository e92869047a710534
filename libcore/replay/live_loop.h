// The time of a live replay: real sockets on a virtual clock.
//
// Client, gateway and stubs share one loop. Time moves only while nothing is under way, and that is
// known by counting, not by guessing from the sockets: every request whose response is awaited must
// stand still at a stub that waits for time to pass. Otherwise bytes are on their way, and the loop
// waits for them in real time.
#pragma once

#include <cstdint>
#include <functional>
#include <optional>

#include "base/clock.h"
#include "base/timers.h"
#include "net/loop.h"

namespace gw::replay {

class LiveLoop {
 public:
  explicit LiveLoop(WallTime start) : clock_(start), loop_(clock_, false) {}

  [[nodiscard]] net::Loop& loop() { return loop_; }
  [[nodiscard]] const Clock& clock() const { return clock_; }
  [[nodiscard]] Instant now() const { return clock_.now(); }
  // Of the stubs. At equal times they come before the gateway's: an answer that takes exactly as
  // long as the gateway waits is in time.
  [[nodiscard]] Timers& stub_timers() { return stub_timers_; }

  // Runs all that can run without time passing.
  void settle();
  // Settles, then lets the clock go on to `t`, from timer to timer.
  void wait_until(WallTime t);
  // While nothing is under way: a traffic step ends where its streams end, and its last answers
  // may have come after that.
  void return_to(WallTime t) { clock_.set(t); }
  // When the next timer fires.
  [[nodiscard]] std::optional<WallTime> next();
  // Runs what is ready.
  void poll();
  // Runs until `is_done`, as long as anything moves at all.
  void run_out(const std::function<bool()>& is_done);

  // Counted for as long as it lives.
  class Mark {
   public:
    explicit Mark(std::int64_t& count) : count_(count) { ++count_; }
    ~Mark() { --count_; }
    Mark(const Mark&) = delete;
    Mark& operator=(const Mark&) = delete;

   private:
    std::int64_t& count_;
  };
  [[nodiscard]] std::int64_t& awaited() { return awaited_; }
  [[nodiscard]] std::int64_t& held() { return held_; }

 private:
  // Moves with the wall's time, as a VirtualClock, and back when it must.
  class SettableClock final : public Clock {
   public:
    explicit SettableClock(WallTime start) : start_(start), wall_(start) {}
    [[nodiscard]] Instant now() const override { return {wall_, SteadyTime{wall_ - start_}}; }
    void set(WallTime t) { wall_ = t; }

   private:
    WallTime start_;
    WallTime wall_;
  };

  SettableClock clock_;
  Timers stub_timers_;  // outlives what waits in the loop
  std::int64_t awaited_ = 0;
  std::int64_t held_ = 0;
  net::Loop loop_;
};

}  // namespace gw::replay
