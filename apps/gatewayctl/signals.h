// The signals of what runs until it is stopped, taken by one thread in its own time instead of by
// handlers.
#pragma once

#include <chrono>
#include <csignal>
#include <cstdint>

namespace gw::app {

enum class Request : std::uint8_t { none, reload, stop, reopen_logs };

// From the first one on SIGHUP, SIGTERM, SIGINT, SIGUSR1 and SIGUSR2 wait for next(). Made before
// any thread is started, since threads inherit what is blocked.
class Signals {
 public:
  Signals();
  ~Signals();
  Signals(const Signals&) = delete;
  Signals& operator=(const Signals&) = delete;

  // The next request, or none after `patience` or wake().
  [[nodiscard]] Request next(std::chrono::milliseconds patience) const;
  // Has next() return, now or the next time (SIGUSR2). From any thread.
  static void wake();

 private:
  sigset_t ours_{};
  sigset_t before_{};
};

}  // namespace gw::app
