#include "net/loop.h"

#include <sys/eventfd.h>
#include <unistd.h>

#include <boost/asio/detail/concurrency_hint.hpp>

namespace gw::net {

Loop::Loop(const Clock& clock, bool real_time)
    : clock_(clock),
      real_time_(real_time),
      context_(BOOST_ASIO_CONCURRENCY_HINT_UNSAFE),
      alarm_(context_),
      wake_(context_, ::eventfd(0, EFD_NONBLOCK | EFD_CLOEXEC)) {
  listen_for_posts();
}

Loop::~Loop() = default;

void Loop::run() {
  context_.restart();
  context_.run();
}

void Loop::stop() {
  post([this] { context_.stop(); });
}

void Loop::post(std::function<void()> action) {
  {
    const std::lock_guard lock(posts_mutex_);
    posts_.push_back(std::move(action));
  }
  ::eventfd_write(wake_.native_handle(), 1);
}

void Loop::listen_for_posts() {
  wake_.async_wait(boost::asio::posix::descriptor_base::wait_read,
                   [this](const boost::system::error_code& error) {
                     if (error) return;
                     run_posts();
                     listen_for_posts();
                   });
}

void Loop::run_posts() {
  eventfd_t count = 0;
  ::eventfd_read(wake_.native_handle(), &count);
  std::vector<std::function<void()>> due;
  {
    const std::lock_guard lock(posts_mutex_);
    due.swap(posts_);
  }
  for (auto& action : due) action();
}

Timers::Id Loop::at(SteadyTime when, std::function<void()> action) {
  const Timers::Id id = timers_.at(when, std::move(action));
  if (real_time_ && (!armed_ || when < *armed_)) arm();
  return id;
}

// The alarm's own time is the machine's: a system clock and Asio count alike.
void Loop::arm() {
  armed_ = timers_.next();
  if (!armed_) return;
  alarm_.expires_at(std::chrono::steady_clock::time_point(armed_->time_since_epoch()));
  alarm_.async_wait([this](const boost::system::error_code& error) {
    if (error) return;
    armed_.reset();
    timers_.fire(clock_.now().steady);
    arm();
  });
}

}  // namespace gw::net
