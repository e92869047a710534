// Any text is read as scenarios without a crash, and what is read can be judged by.
#include <cstddef>
#include <cstdint>
#include <string>
#include <variant>

#include "config/diagnostic.h"
#include "replay/expectation.h"
#include "replay/scenario_reader.h"

namespace {

// One answer that reaches every matcher, and one that has nothing.
gw::replay::Observation some_answer() {
  gw::replay::Observation out;
  out.status = 200;
  out.fields = {{"X-A", "1"}, {"x-a", "2"}};
  out.body = R"({"a":[1,{"b":"c"}],"d":null})";
  out.route = "web";
  out.attempts = 1;
  out.upstream = gw::replay::UpstreamRequest{"GET", "/", {{"x-a", "1"}}, "{}"};
  return out;
}

void judge(const gw::replay::Step& step) {
  const auto* send = std::get_if<gw::replay::Send>(&step.action);
  const std::size_t last = send == nullptr ? 0 : send->times - 1;
  static_cast<void>(gw::replay::evaluate(step.expect, some_answer(), last));
  static_cast<void>(gw::replay::evaluate(step.expect, gw::replay::Observation{}, 0));
  static_cast<void>(gw::replay::evaluate(step.expect.traffic, gw::replay::TrafficSums{}));
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  gw::config::Sources sources;
  gw::config::Diagnostics diagnostics;
  const auto file =
      sources.add("a.scenario.yml", std::string(reinterpret_cast<const char*>(data), size));
  for (const auto& scenario : gw::replay::read_scenarios(sources, file, diagnostics)) {
    for (const auto& step : scenario.steps) judge(step);
  }
  return 0;
}
