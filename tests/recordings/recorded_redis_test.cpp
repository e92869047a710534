// What real Kong nodes answered with policy redis, and what they left in Redis.
#include <doctest/doctest.h>

#include "recordings/compare.h"

namespace gw::test {

TEST_CASE("a Kong 2.0 node's answers with Redis, and the keys that it left, are ours") {
  compare_recording("redis-2.0.json");
}
TEST_CASE("a Kong 2.8 node's answers with Redis, and the keys that it left, are ours") {
  compare_recording("redis-2.8.json");
}
TEST_CASE("a Kong 3.9 node's answers with Redis, and the keys that it left, are ours") {
  compare_recording("redis-3.9.json");
}

}  // namespace gw::test
