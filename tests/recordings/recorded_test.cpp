// What real Kong nodes answered is what the core answers, or the real proxy.
#include <doctest/doctest.h>

#include "recordings/compare.h"

namespace gw::test {

TEST_CASE("a Kong 2.0 node's recorded answers are ours") {
  compare_recording("kong-2.0.json");
}
TEST_CASE("a Kong 2.8 node's recorded answers are ours") {
  compare_recording("kong-2.8.json");
}
TEST_CASE("a Kong 3.9 node's recorded answers are ours") {
  compare_recording("kong-3.9.json");
}

}  // namespace gw::test
