#include "replay/result.h"

#include <algorithm>
#include <array>

namespace gw::replay {

std::string_view name(Status status) {
  constexpr std::array<std::string_view, 4> kNames{"passed", "failed", "skipped", "error"};
  return kNames.at(static_cast<std::size_t>(status));
}

std::size_t RunReport::count(Status status) const {
  return static_cast<std::size_t>(std::ranges::count(scenarios, status, &ScenarioReport::status));
}

int exit_status(const RunReport& report, bool fail_on_skip) {
  const bool out_of_reach = std::ranges::any_of(report.scenarios, &ScenarioReport::out_of_reach);
  if (report.scenarios.empty() || out_of_reach) return 3;
  if (report.count(Status::failed) + report.count(Status::error) > 0) return 1;
  return fail_on_skip && report.count(Status::skipped) > 0 ? 1 : 0;
}

}  // namespace gw::replay
