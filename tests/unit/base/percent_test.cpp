#include "base/percent.h"

#include <doctest/doctest.h>

namespace gw {

TEST_CASE("what goes into an address keeps its unreserved characters and nothing else") {
  CHECK(percent_encode("web-1.A_b~") == "web-1.A_b~");
  CHECK(percent_encode("a b/c?d&\xC3\xA9%") == "a%20b%2Fc%3Fd%26%C3%A9%25");
}

}  // namespace gw
