#include "model/level.h"

#include <doctest/doctest.h>

namespace gw::model {

TEST_CASE("every minor between 2.0 and 3.9 is a level, and nothing else is") {
  for (const auto text : {"2.0", "2.4", "2.8", "3.0", "3.9"})
    CHECK(Level::parse(text)->str() == text);
  for (const auto bad : {"", "1.9", "2.9", "3.10", "3", "3.9.1", "4.0"}) {
    CHECK_FALSE(Level::parse(bad).has_value());
  }
  CHECK(Level{2, 8} < Level{3, 0});
}

TEST_CASE("a format belongs to the newest level that has it as its own") {
  CHECK(level_of_format("1.1") == Level{2, 0});
  CHECK(level_of_format("2.1") == Level{2, 8});
  CHECK(level_of_format("3.0") == Level{3, 9});
  CHECK_FALSE(level_of_format("2.0").has_value());
  CHECK(Level{2, 8}.version() == "2.8.3");
}

}  // namespace gw::model
