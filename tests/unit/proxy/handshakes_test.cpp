#include "proxy/handshakes.h"

#include <memory>
#include <vector>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <doctest/doctest.h>

namespace gw::proxy {
namespace {

// Handshakes that last until they are told to end, in the order in which they got their turn.
struct Bench {
  SystemClock clock;
  net::Loop loop{clock};
  Handshakes handshakes{loop, 2};
  std::vector<int> begun;
  std::vector<std::unique_ptr<net::Signal>> ends;

  net::Task<void> shake_hands(int number) {
    const auto turn = co_await handshakes.turn();
    begun.push_back(number);
    co_await ends[static_cast<std::size_t>(number)]->wait();
  }
  void connect(int number) {
    ends.push_back(std::make_unique<net::Signal>(loop));
    boost::asio::co_spawn(loop.executor(), shake_hands(number), boost::asio::detached);
    settle();
  }
  void finish(std::size_t number) {
    ends[number]->set();
    settle();
  }
  void settle() {
    loop.context().restart();
    while (loop.context().poll() > 0) continue;
  }
  ~Bench() { loop.end(); }
};

}  // namespace

TEST_CASE("handshakes over the bound wait for their turn, first come, first served") {
  Bench bench;
  for (int i = 0; i < 5; ++i) bench.connect(i);
  CHECK(bench.begun == std::vector{0, 1});
  CHECK(bench.handshakes.waiting() == 3);
  bench.finish(1);
  CHECK(bench.begun == std::vector{0, 1, 2});
  bench.finish(0);
  bench.finish(2);
  CHECK(bench.begun == std::vector{0, 1, 2, 3, 4});
  CHECK(bench.handshakes.waiting() == 0);
}

TEST_CASE("a place that became free is taken at once") {
  Bench bench;
  for (int i = 0; i < 2; ++i) bench.connect(i);
  bench.finish(0);
  bench.connect(2);
  CHECK(bench.begun == std::vector{0, 1, 2});
  bench.connect(3);
  CHECK(bench.handshakes.waiting() == 1);
}

TEST_CASE("a loop that ends takes those with it that shake hands and those that wait") {
  Bench bench;
  for (int i = 0; i < 4; ++i) bench.connect(i);
  bench.loop.end();
  CHECK(bench.begun == std::vector{0, 1});
}

}  // namespace gw::proxy
