// `replay --live`: scenarios through the real proxy, on loopback sockets and the scenario's clock.
//
// Every scenario gives the same verdict here as in the simulator. What the simulator takes for
// granted is real: the request's bytes are parsed and framed, upstreams are connected to, answers
// travel in pieces.
#pragma once

#include <memory>

#include "base/result.h"
#include "replay/stage.h"

namespace gw::replay {

// A StageMaker. ErrorCode::unsupported: the scenario plays what Kong does, not what we do.
[[nodiscard]] Result<std::unique_ptr<Stage>> live_stage(const Scenario& scenario, World& world);

}  // namespace gw::replay
