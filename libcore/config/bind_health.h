// An upstream's healthchecks record as the model's value.
#pragma once

#include "config/field.h"
#include "config/tree.h"
#include "model/health.h"
#include "model/level.h"

namespace gw::config {

// `upstream` has passed validation; `fields` are those of upstreams.
[[nodiscard]] model::HealthChecks bind_health(const Node& upstream, Fields fields,
                                              const model::Level& level);

}  // namespace gw::config
