// The `expect` of a step.
#pragma once

#include <cstdint>

#include "replay/expectation.h"
#include "replay/scenario_fields.h"

namespace gw::replay {

// Of a step with `send` that is repeated `times` times.
[[nodiscard]] Expectation read_send_expectation(Reader& reader, const Place& at,
                                                std::uint64_t times);
[[nodiscard]] Expectation read_traffic_expectation(Reader& reader, const Place& at);
// Of a step with `set`.
[[nodiscard]] Expectation read_set_expectation(Reader& reader, const Place& at);

}  // namespace gw::replay
