// Answers to what is refused outside the pipeline: heads that the parser did not take, bodies that
// break, clients that are too slow, and more work than the gateway takes on (kong-behaviour.md
// 6.6 B; the preface of hardening.md for 414 and 431).
#pragma once

#include <cstdint>

#include "base/clock.h"
#include "base/rng.h"
#include "gateway/exchange.h"
#include "gateway/exchange_state.h"
#include "gateway/snapshot.h"

namespace gw::gateway {

// Without an Exchange. `partial` has the method and the fields as far as they were read: the answer
// has the form that Accept asks for. Any status from 400; the Respond's head and body live in
// `scratch` until it is used again.
[[nodiscard]] Respond refuse(const Snapshot& snapshot, Scratch& scratch, const RequestView& partial,
                             std::uint16_t status, Instant now, Rng& rng);

// The same within one.
[[nodiscard]] Step answer_refusal(Scratch::State& s, std::uint16_t status, Instant now);

}  // namespace gw::gateway
