// rate-limiting and consumer-rate-limiting: what is counted for a request, and what the client is
// told (kong-behaviour.md 1 and 2).
#pragma once

#include <cstddef>

#include "gateway/compiled.h"
#include "gateway/exchange_state.h"
#include "gateway/plugins/outcome.h"
#include "limit/charge.h"
#include "limit/verdict.h"

namespace gw::gateway {

// Each adds at most one LimitStep and Charge to `s`; none when the plugin does not apply.
[[nodiscard]] Outcome ask_rate_limiting(const CompiledRateLimiting& plugin, Scratch::State& s);
[[nodiscard]] Outcome ask_consumer_rate_limiting(const CompiledConsumerRateLimiting& plugin,
                                                 Scratch::State& s);

// The charges' windows move while steps are added; called once all of a round are there.
void bind_windows(Scratch::State& s);

// Adds the headers of one step to s.limit_fields, unless it hides them.
void add_limit_headers(const LimitStep& step, const limit::Verdict& verdict, Scratch::State& s);

// What a stopped step answers: error_code and error_message, or 500 where that code is no error.
[[nodiscard]] Outcome stopped(const LimitStep& step);

}  // namespace gw::gateway
