// The head that goes upstream: made anew from what was understood (kong-behaviour.md 6.1).
#pragma once

#include <string_view>

#include "gateway/exchange_state.h"

namespace gw::gateway {

// Fills s.upstream_head for a try at `host`:`port`.
void make_upstream_head(Scratch::State& s, std::string_view host_header);

// The Host header for this try: the client's, the upstream entity's, the target's or the service's.
[[nodiscard]] std::string_view upstream_host(Scratch::State& s, const Target& target);

// A client may not nominate these in Connection: they frame or identify the request
// (hardening.md H1).
[[nodiscard]] bool nominates_forbidden_field(const Scratch::State& s);

}  // namespace gw::gateway
