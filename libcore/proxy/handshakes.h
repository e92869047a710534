// How many TLS handshakes of a worker are under way at once: each costs its CPU more than many
// requests. Those over the bound wait for their turn, first come, first served.
#pragma once

#include <cstddef>
#include <deque>
#include <memory>
#include <utility>

#include "net/loop.h"
#include "net/signal.h"

namespace gw::proxy {

// On its loop's thread alone; outlives the turns.
class Handshakes {
 public:
  Handshakes(net::Loop& loop, std::size_t most) : loop_(loop), free_(most) {}
  Handshakes(const Handshakes&) = delete;
  Handshakes& operator=(const Handshakes&) = delete;

  // Ends with its scope.
  class Turn {
   public:
    explicit Turn(Handshakes& all) : all_(&all) {}
    Turn(Turn&& other) noexcept : all_(std::exchange(other.all_, nullptr)) {}
    Turn& operator=(Turn&&) = delete;
    ~Turn() {
      if (all_ != nullptr) all_->pass_on();
    }

   private:
    Handshakes* all_;
  };
  [[nodiscard]] net::Task<Turn> turn();
  [[nodiscard]] std::size_t waiting() const { return waiting_.size(); }

 private:
  void pass_on();

  net::Loop& loop_;
  std::size_t free_;
  std::deque<std::shared_ptr<net::Signal>> waiting_;
};

}  // namespace gw::proxy
