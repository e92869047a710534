#include "mesh/changes.h"

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>
#include <doctest/doctest.h>

#include "ca_world.h"

namespace gw::mesh {
namespace {

using std::chrono::seconds;

struct World : testing::VirtualLoop {
  ~World() { loop.end(); }
  World() = default;
  World(const World&) = delete;
  World& operator=(const World&) = delete;

  void wait(SteadyTime until = SteadyTime::max()) {
    boost::asio::co_spawn(loop.executor(), count(until), boost::asio::detached);
    settle();
  }
  net::Task<void> count(SteadyTime until) {
    co_await changes.next(until);
    ++woken;
  }

  Changes changes{loop};
  int woken = 0;
};

}  // namespace

TEST_CASE("all who wait are woken by one change, once the handler is done") {
  World world;
  for (int i = 0; i < 100; ++i) world.wait();
  CHECK(world.changes.advance() == 11);
  CHECK(world.changes.advance() == 12);
  CHECK(world.woken == 0);
  world.settle();
  CHECK(world.woken == 100);
  CHECK(world.changes.index() == 12);
  CHECK(world.changes.rings() == 1);
}

TEST_CASE("who begins to wait after the change was made hears of it all the same") {
  World world;
  world.changes.advance();
  boost::asio::co_spawn(world.loop.executor(), world.count(SteadyTime::max()),
                        boost::asio::detached);
  world.settle();
  CHECK(world.woken == 1);
}

TEST_CASE("who waits until a time is woken then, or by a bell without a change") {
  World world;
  world.wait(world.clock.now().steady + seconds(5));
  world.wait(world.clock.now().steady + seconds(50));
  world.pass(seconds(4));
  CHECK(world.woken == 0);
  world.pass(seconds(2));
  CHECK(world.woken == 1);
  world.changes.ring();
  world.settle();
  CHECK(world.woken == 2);
  CHECK(world.changes.index() == 10);
}

TEST_CASE("a subscription is told of every change until it is dropped") {
  World world;
  int first = 0;
  int second = 0;
  Changes::Subscription other;
  auto handle = world.changes.subscribe([&] {
    ++first;
    other.reset();
  });
  other = world.changes.subscribe([&] { ++second; });
  world.changes.advance();
  world.settle();
  world.changes.advance();
  world.settle();
  CHECK(first == 2);
  CHECK(second == 0);
  handle.reset();
  world.changes.advance();
  world.settle();
  CHECK(first == 2);
}

TEST_CASE("who still waits when the loop ends goes with it") {
  auto world = std::make_unique<World>();
  world->wait(world->clock.now().steady + seconds(5));
  world->wait();
  world.reset();
}

}  // namespace gw::mesh
