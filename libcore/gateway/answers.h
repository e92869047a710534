// Answers that the gateway makes itself, as the last Step of an Exchange.
#pragma once

#include <cstdint>
#include <string_view>

#include "base/clock.h"
#include "gateway/error_answer.h"
#include "gateway/exchange.h"
#include "gateway/exchange_state.h"
#include "gateway/plugins/outcome.h"

namespace gw::gateway {

inline constexpr std::string_view kUnexpectedError = "An unexpected error occurred";

// An error in the form that level and Accept ask for. `proxied`: nginx's own 502 to 504, which
// count as an upstream's answer.
[[nodiscard]] Step answer_error(Scratch::State& s, ErrorSource source, std::uint16_t status,
                                std::string_view message, Instant now, bool proxied = false);

// What the server core refuses before the router; without a message it is nginx's own page.
[[nodiscard]] Step answer_early(Scratch::State& s, std::uint16_t status, std::string_view message,
                                Instant now);

// To https, where the route wants that.
[[nodiscard]] Step answer_redirect(Scratch::State& s, std::uint16_t status);

// A plugin refused, or crashed.
[[nodiscard]] Step answer_outcome(Scratch::State& s, const Outcome& outcome);

}  // namespace gw::gateway
