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
// s.upstream_index is that of `head`.
void make_relayed_head(Scratch::State& s, const http::ResponseHeadView& head, Instant now);

// Whether a 101 may be passed on: the client has offered WebSocket, and that is what was chosen
// (RFC 9110 section 7.8).
[[nodiscard]] bool accepts_upgrade(const Scratch::State& s, const http::ResponseHeadView& head);

}  // namespace gw::gateway
