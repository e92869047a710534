// Something that a coroutine waits for and another one on the same loop brings about.
#pragma once

#include "net/loop.h"

namespace gw::net {

// Once set it stays so. Not thread-safe.
class Signal {
 public:
  explicit Signal(Loop& loop);
  void set();
  [[nodiscard]] bool is_set() const { return set_; }
  [[nodiscard]] Task<void> wait();

 private:
  // Never runs out: cancelling it is the news.
  boost::asio::basic_waitable_timer<std::chrono::steady_clock,
                                    boost::asio::wait_traits<std::chrono::steady_clock>, Executor>
      timer_;
  bool set_ = false;
};

}  // namespace gw::net
