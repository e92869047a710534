// The head of the answer: the gateway's own, or the upstream's with edits (kong-behaviour.md 6.2).
#pragma once

#include <cstdint>
#include <string_view>

#include "base/clock.h"
#include "gateway/exchange_state.h"

namespace gw::gateway {

// Fills s.answer for an answer of the gateway's own. `proxied`: nginx's 502 to 504, which count as
// an upstream's answer.
void make_own_head(Scratch::State& s, std::uint16_t status, std::string_view content_type,
                   bool proxied, Instant now);

// Fills s.answer from the upstream's head.
void make_relayed_head(Scratch::State& s, const http::ResponseHeadView& head, Instant now);

}  // namespace gw::gateway
