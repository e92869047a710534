// The steps of a scenario: send, set or traffic, when, and what is expected.
#pragma once

#include <vector>

#include "replay/scenario.h"
#include "replay/scenario_fields.h"
#include "replay/send_reader.h"

namespace gw::replay {

// What steps need to know of their scenario.
struct StepContext {
  Client client;
  WallTime clock = kDefaultStart;
  std::uint32_t nodes = 1;
  bool has_mesh = false;
};

[[nodiscard]] std::vector<Step> read_steps(Reader& reader, const Place& at,
                                           const StepContext& context);

}  // namespace gw::replay
