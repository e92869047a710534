// From the text of a *.scenario.yml to scenarios (scenario-format.md).
//
// Every mistake is a diagnostic (GW17xx) at its place: unknown keys with the nearest known name,
// values of the wrong form with what is right, patterns that do not compile, lists whose length is
// not `times`. A scenario with an error is not returned; the others of the file are.
#pragma once

#include <vector>

#include "config/diagnostic.h"
#include "replay/scenario.h"

namespace gw::replay {

struct ReadOptions {
  bool config_required = true;  // false: -c gives it
};

[[nodiscard]] std::vector<Scenario> read_scenarios(config::Sources& sources, config::FileId file,
                                                   config::Diagnostics& diagnostics,
                                                   const ReadOptions& options = {});

}  // namespace gw::replay
