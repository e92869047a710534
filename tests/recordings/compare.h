// What real Kong nodes answered, request by request, against what play() answers.
#pragma once

#include <string>

namespace gw::test {

// Every group of a recording as a subcase: "kong-2.0.json".
void compare_recording(const std::string& file);

}  // namespace gw::test
