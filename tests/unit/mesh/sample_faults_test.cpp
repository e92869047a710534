#include "mesh/sample_faults.h"

#include <chrono>
#include <set>
#include <vector>

#include <doctest/doctest.h>

using namespace gw;
using namespace gw::mesh;
using namespace std::chrono_literals;

namespace {

// The statuses of `n` requests at one moment; 200 for those that are served.
std::vector<int> run(SampleFaults& faults, int n, SteadyTime now = {}) {
  std::vector<int> codes;
  for (int i = 0; i < n; ++i) {
    const auto fault = faults.next(now);
    codes.push_back(fault ? fault->code : 200);
  }
  return codes;
}

}  // namespace

TEST_CASE("errors are injected into every so-manieth request") {
  SampleFaults third({.name = {}, .error_rate = 0.3, .error_code = 418});
  CHECK(run(third, 7) == std::vector{200, 200, 418, 200, 200, 418, 200});
  SampleFaults all({.name = {}, .error_rate = 1});
  CHECK(run(all, 2) == std::vector{500, 500});
  SampleFaults most({.name = {}, .error_rate = 0.7});  // int(1 / 0.7) is 1
  CHECK(run(most, 2) == std::vector{500, 500});
  SampleFaults none({});
  CHECK(run(none, 3) == std::vector{200, 200, 200});
}

TEST_CASE("an injected delay ends in the error's code, too") {
  SampleFaults faults({.name = {}, .error_rate = 1, .error_is_delay = true, .error_delay = 20ms});
  const auto fault = faults.next({});
  REQUIRE(fault);
  CHECK(fault->delay == 20ms);
  CHECK(fault->code == 500);
  CHECK(fault->error == "Service delay automatically injected");
}

TEST_CASE("a rate limit lets one second's requests in at once and then one after the other") {
  SampleFaults faults({.name = {}, .rate_limit = 2, .rate_limit_code = 503});
  const SteadyTime start{1h};
  CHECK(run(faults, 3, start) == std::vector{200, 200, 503});
  CHECK(run(faults, 2, start + 500ms) == std::vector{200, 503});
  CHECK(run(faults, 3, start + 10s) == std::vector{200, 200, 503});
  SampleFaults slow({.name = {}, .rate_limit = 0.5});
  CHECK(run(slow, 2, start) == std::vector{200, 503});
  CHECK(run(slow, 2, start + 2s) == std::vector{200, 503});
}

TEST_CASE("nine in ten requests take the median time and one in a hundred the longest") {
  SampleTiming timing({.name = {}, .timing_50 = 1ms, .timing_90 = 2ms, .timing_99 = 3ms});
  int median = 0;
  int longest = 0;
  for (int i = 0; i < 10'000; ++i) {
    const auto taken = timing.next();
    median += taken == 1ms ? 1 : 0;
    longest += taken == 3ms ? 1 : 0;
  }
  CHECK(median > 8800);
  CHECK(median < 9200);
  CHECK(longest > 50);
  CHECK(longest < 150);
}

TEST_CASE("times that are not set are the next lower one's, and vary upwards only") {
  SampleTiming timing({.name = {}, .timing_50 = 10ms, .timing_variance = 10});
  std::set<std::chrono::microseconds> seen;
  for (int i = 0; i < 1000; ++i) seen.insert(timing.next());
  CHECK(seen.size() > 100);
  CHECK(*seen.begin() >= 10ms);
  CHECK(*seen.rbegin() <= 11ms);
}
