// One thread's event loop: Asio's io_context, the timer queue and the clock that both go by.
//
// Everything that belongs to a loop is used from its thread alone (Asio runs without locks); post()
// and stop() are the two doors for other threads.
#pragma once

#include <functional>
#include <mutex>
#include <vector>

#include <boost/asio/awaitable.hpp>
#include <boost/asio/io_context.hpp>
#include <boost/asio/posix/stream_descriptor.hpp>
#include <boost/asio/steady_timer.hpp>

#include "base/clock.h"
#include "base/timers.h"

namespace gw::net {

// Concrete executors: the type-erased one costs two microseconds a proxied request.
using Executor = boost::asio::io_context::executor_type;
template <class T>
using Task = boost::asio::awaitable<T, Executor>;

class Loop {
 public:
  // `clock` outlives the loop. With a virtual clock the caller fires timers() itself.
  explicit Loop(const Clock& clock, bool real_time = true);
  ~Loop();
  Loop(const Loop&) = delete;
  Loop& operator=(const Loop&) = delete;

  [[nodiscard]] boost::asio::io_context& context() { return context_; }
  [[nodiscard]] Executor executor() { return context_.get_executor(); }
  [[nodiscard]] Timers& timers() { return timers_; }
  [[nodiscard]] const Clock& clock() const { return clock_; }
  [[nodiscard]] Instant now() const { return clock_.now(); }

  // After run() has returned for the last time: whatever still waits is destroyed, coroutines with
  // all that they hold. Before what those refer to goes.
  void end() { context_.end(); }

  // Runs until stop(); actions and handlers run on the calling thread.
  void run();
  // From any thread. What is posted runs in order, on the loop's thread.
  void post(std::function<void()> action);
  void stop();

  // Sets a timer and makes sure that the loop wakes for it.
  Timers::Id at(SteadyTime when, std::function<void()> action);
  void cancel(const Timers::Id& id) { timers_.cancel(id); }

 private:
  // An io_context destroys its handlers no sooner than itself; these refer to buffers and workers
  // that go before it.
  class Context : public boost::asio::io_context {
   public:
    using io_context::io_context;
    void end() { shutdown(); }
  };

  void arm();
  void listen_for_posts();
  void run_posts();

  const Clock& clock_;
  bool real_time_;
  Timers timers_;  // outlives the handlers that the context may still hold
  Context context_;
  boost::asio::basic_waitable_timer<std::chrono::steady_clock,
                                    boost::asio::wait_traits<std::chrono::steady_clock>, Executor>
      alarm_;
  std::optional<SteadyTime> armed_;
  boost::asio::posix::basic_stream_descriptor<Executor> wake_;
  std::mutex posts_mutex_;
  std::vector<std::function<void()>> posts_;
};

}  // namespace gw::net
