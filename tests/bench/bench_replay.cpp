// How fast the simulator plays: requests a second of a traffic step, and whole small scenarios.
#include <cstdlib>
#include <string>
#include <vector>

#include <benchmark/benchmark.h>

#include "config/diagnostic.h"
#include "replay/report.h"
#include "replay/runner.h"
#include "replay/scenario_reader.h"

namespace gw::replay {
namespace {

constexpr const char* kConfig = R"(
config:
  _format_version: "3.0"
  services:
    - name: web
      url: http://web.internal:9090
      routes: [{name: web, paths: [/web]}]
  consumers:
    - username: alice
      keyauth_credentials: [{key: alice-key}]
      plugins: [{name: rate-limiting, config: {minute: 1000, hour: 30000, policy: POLICY}}]
    - username: bob
      keyauth_credentials: [{key: bob-key}]
  plugins: [{name: key-auth}]
)";

// A million requests in all.
constexpr const char* kTraffic = R"(
steps:
  - traffic:
      - {send: GET /web, apikey: alice-key, rate: 90/s, count: 900000, arrivals: poisson}
      - {send: GET /web, apikey: bob-key, rate: 10/s, count: 100000}
    expect: {requests: 1000000, failed: 0}
)";

constexpr const char* kStep = R"(
steps: [{send: GET /web, apikey: alice-key, times: 4, expect: {status: 200}}]
)";

struct Input {
  Input(std::string policy, std::string_view rest) {
    std::string text = "scenario: bench\n" + std::string(kConfig) + std::string(rest);
    text.replace(text.find("POLICY"), 6, policy);
    config::Diagnostics diagnostics;
    scenarios = read_scenarios(sources, sources.add("bench", text), diagnostics);
    if (scenarios.empty()) std::abort();
  }
  void play() {
    const RunReport report = run(scenarios, {}, sources);
    if (report.count(Status::passed) == 1) return;
    std::fputs(render_text(report, {}).c_str(), stderr);
    std::abort();
  }
  config::Sources sources;
  std::vector<Scenario> scenarios;
};

void traffic(benchmark::State& state, const std::string& policy, const std::string& world) {
  Input input(policy, world + kTraffic);
  for (auto _ : state) input.play();
  state.SetItemsProcessed(state.iterations() * 1'000'000);
}
BENCHMARK_CAPTURE(traffic, local, "local", "")->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(traffic, redis, "redis, redis: {host: r}", "")->Unit(benchmark::kMillisecond);
BENCHMARK_CAPTURE(traffic, delayed, "local", "upstreams: {web: {delay: 20ms}}")
    ->Unit(benchmark::kMillisecond);

void small_scenarios(benchmark::State& state) {
  Input input("local", kStep);
  for (auto _ : state) input.play();
  state.SetItemsProcessed(state.iterations());
}
BENCHMARK(small_scenarios)->Unit(benchmark::kMicrosecond);

}  // namespace
}  // namespace gw::replay
