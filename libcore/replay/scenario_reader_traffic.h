// The `traffic` of a step: streams of requests with a rate.
#pragma once

#include <cstdint>
#include <optional>

#include "replay/scenario.h"
#include "replay/scenario_fields.h"
#include "replay/send_reader.h"

namespace gw::replay {

[[nodiscard]] Traffic read_traffic(Reader& reader, const Place& at, const Client& client,
                                   std::uint32_t nodes);

// The `node` beside a `send`, from 1.
[[nodiscard]] std::optional<std::uint32_t> read_node(Reader& reader, const Place& at,
                                                     std::uint32_t nodes);

// How many requests a stream makes, give or take the chance of poisson arrivals.
[[nodiscard]] double expected_requests(const Stream& stream);

}  // namespace gw::replay
