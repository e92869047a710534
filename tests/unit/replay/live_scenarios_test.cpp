// The project's own scenarios, in the simulator and on sockets.
#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "base/files.h"
#include "config/diagnostic.h"
#include "replay/discover.h"
#include "replay/live.h"
#include "replay/report.h"
#include "replay/runner.h"
#include "replay/scenario_reader.h"
#include "unit/replay/playing.h"

namespace gw::replay {
namespace {

RunReport play_file(const std::string& file, StageMaker stage) {
  auto text = read_file(file);
  REQUIRE(text.has_value());
  config::Sources sources;
  config::Diagnostics diagnostics;
  const auto scenarios = read_scenarios(sources, sources.add(file, std::move(*text)), diagnostics);
  REQUIRE(diagnostics.errors() == 0);
  RunOptions options;
  options.keep_going = true;
  options.explain = true;  // every response head stands in the report
  options.stage = std::move(stage);
  return run(scenarios, options, sources);
}

}  // namespace

TEST_CASE("every scenario of the project comes to the same report on sockets") {
  const auto files = find_scenarios(std::vector<std::string>{GW_SCENARIOS});
  REQUIRE(files.has_value());
  REQUIRE(files->size() > 5);
  for (const std::string& file : *files) {
    CAPTURE(file);
    const RunReport simulated = play_file(file, nullptr);
    const RunReport live = play_file(file, live_stage);
    REQUIRE(live.scenarios.size() == simulated.scenarios.size());
    for (std::size_t i = 0; i < live.scenarios.size(); ++i) {
      const ScenarioReport& played = live.scenarios[i];
      if (played.status == Status::skipped) {
        CHECK(played.reason.find("counting: kong") != std::string::npos);
        continue;
      }
      CHECK(played.status == Status::passed);
      CHECK(testing::comparable(played) == testing::comparable(simulated.scenarios[i]));
    }
  }
}

}  // namespace gw::replay
