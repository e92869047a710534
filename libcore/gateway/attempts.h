// Tries of upstreams: which target is next, whether there is another, and what is said when none
// is left (kong-behaviour.md 6.3).
#pragma once

#include "base/clock.h"
#include "gateway/exchange.h"
#include "gateway/exchange_state.h"

namespace gw::gateway {

// The first try, once every plugin has let the request pass.
[[nodiscard]] Step begin_proxying(Scratch::State& s);

// After a try that failed before any byte of an answer: the next one, or the gateway's answer.
[[nodiscard]] Step after_failed_try(Scratch::State& s, AttemptError error, Instant now);

// The balanced target is done with this request; without one nothing happens.
void release_peer(Scratch::State& s);

}  // namespace gw::gateway
