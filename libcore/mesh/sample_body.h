// The JSON that fake-service v0.7.8 answers with, to the byte (consul-behaviour.md 6.2). Values
// only: the sample service sends it, and a scenario's stubs do.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"

namespace gw::mesh {

struct SampleAnswer {
  std::string name;
  std::string uri;
  std::string type;  // "HTTP"; empty for an upstream that never answered
  std::vector<std::string> ip_addresses;
  std::string start_time;  // as sample_time() writes it
  std::string end_time;
  std::string duration;  // as go_duration() writes it
  std::string body;
  std::vector<SampleAnswer> upstream_calls;
  int code = 200;
  std::string error;
};

// Two spaces, a newline at the end; what is empty is left out, but for the code.
[[nodiscard]] std::string to_json(const SampleAnswer& answer);
// "2020-09-05T15:29:45.231809": no zone.
[[nodiscard]] std::string sample_time(WallTime t);
// "204.524us" (the u is a micro sign), "15.327627ms", "1.5s", "1m2.5s".
[[nodiscard]] std::string go_duration(std::chrono::nanoseconds span);
// What an upstream adds to the answer of who called it in vain:
// "Error communicating with upstream service: Get http://localhost:9091/: EOF".
[[nodiscard]] SampleAnswer unreachable_upstream(std::string_view configured_uri,
                                                std::string_view requested_uri,
                                                std::string_view why);

}  // namespace gw::mesh
