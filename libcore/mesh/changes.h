// The agent's count of changes, and whoever waits for the next one.
#pragma once

#include <cstdint>
#include <functional>
#include <list>
#include <memory>
#include <optional>

#include "net/loop.h"
#include "net/signal.h"

namespace gw::mesh {

// On its loop's thread alone; outlives whoever waits.
class Changes {
 public:
  explicit Changes(net::Loop& loop, std::uint64_t first = 10);
  Changes(const Changes&) = delete;
  Changes& operator=(const Changes&) = delete;

  // Of the latest change; the first is 10, as of an agent that has just elected itself.
  [[nodiscard]] std::uint64_t index() const { return index_; }
  // The index of a change that is being made; who waits is woken once the running handler is done.
  std::uint64_t advance();
  // Wakes them without a new index: something that an index does not count.
  void ring();
  // How often they have been woken: what was computed since the last time still holds.
  [[nodiscard]] std::uint64_t rings() const { return rings_; }

  // One who waits, and who can be woken by something else too.
  class Waiter {
   public:
    Waiter(Changes& changes, SteadyTime until);
    ~Waiter();
    Waiter(const Waiter&) = delete;
    Waiter& operator=(const Waiter&) = delete;

    void wake() { signal_.set(); }
    // Until the next change, `until`, or wake().
    [[nodiscard]] net::Task<void> wait() { return signal_.wait(); }

   private:
    friend class Changes;
    Changes& changes_;
    net::Signal signal_;
    std::optional<Timers::Id> alarm_;
    std::list<Waiter*>::iterator place_;
  };

  // Until the next change (also one that was announced and has not been told yet), or `until`.
  [[nodiscard]] net::Task<void> next(SteadyTime until);
  // Called after every change, on the loop, as long as the handle lives.
  using Subscription = std::shared_ptr<std::function<void()>>;
  [[nodiscard]] Subscription subscribe(std::function<void()> action);

 private:
  void tell();

  net::Loop& loop_;
  std::uint64_t index_;
  std::uint64_t rings_ = 0;
  bool announced_ = false;
  std::list<Waiter*> waiters_;
  std::list<std::weak_ptr<std::function<void()>>> subscribers_;
};

}  // namespace gw::mesh
