#include "net/signal.h"

#include <boost/asio/as_tuple.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace gw::net {
namespace {

constexpr boost::asio::as_tuple_t<boost::asio::use_awaitable_t<Executor>> kAwait{};

}  // namespace

Signal::Signal(Loop& loop) : timer_(loop.context(), std::chrono::steady_clock::time_point::max()) {}

void Signal::set() {
  set_ = true;
  timer_.cancel();
}

Task<void> Signal::wait() {
  while (!set_) {
    [[maybe_unused]] const auto cancelled = co_await timer_.async_wait(kAwait);
  }
}

}  // namespace gw::net
