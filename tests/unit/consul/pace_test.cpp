#include "consul/pace.h"

#include <doctest/doctest.h>

namespace gw::consul {
namespace {

using namespace std::chrono_literals;

TEST_CASE("an index is followed, starts over when it goes backwards, and counts from one") {
  Index index;
  CHECK(index.next() == 0);
  index.follow(7);
  CHECK(index.next() == 7);
  index.follow(7);
  CHECK(index.next() == 7);
  index.follow(9);
  CHECK(index.next() == 9);
  index.follow(8);
  CHECK(index.next() == 0);
  index.follow(0);
  CHECK(index.next() == 1);
}

TEST_CASE("an answer without index is never waited on") {
  Index index;
  index.follow(5);
  index.follow(std::nullopt);
  CHECK(index.next() == 0);
}

TEST_CASE("pauses double up to a bound, each from the upper half, and begin anew after success") {
  Rng rng(1);
  Backoff backoff(100ms, 1s);
  for (const auto bound : {100, 200, 400, 800, 1000, 1000, 1000}) {
    const auto pause = backoff.next(rng).count();
    CAPTURE(bound);
    CHECK(pause >= bound / 2);
    CHECK(pause <= bound);
  }
  backoff.reset();
  CHECK(backoff.next(rng) <= 100ms);
}

}  // namespace
}  // namespace gw::consul
