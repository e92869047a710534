#include "proxy/handshakes.h"

namespace gw::proxy {

net::Task<Handshakes::Turn> Handshakes::turn() {
  if (free_ > 0) {
    --free_;
    co_return Turn(*this);
  }
  const auto called = std::make_shared<net::Signal>(loop_);
  waiting_.push_back(called);
  co_await called->wait();
  co_return Turn(*this);
}

// A place that somebody waits for never becomes free: who comes later cannot take it.
void Handshakes::pass_on() {
  if (waiting_.empty()) {
    ++free_;
    return;
  }
  const auto next = std::move(waiting_.front());
  waiting_.pop_front();
  next->set();
}

}  // namespace gw::proxy
