// key-auth: who the client is, by an API key (kong-behaviour.md 3).
#pragma once

#include "gateway/compiled.h"
#include "gateway/exchange_state.h"
#include "gateway/plugins/outcome.h"

namespace gw::gateway {

// Sets consumer, credential and the identity headers in `s`, or refuses. Asks for the body at most
// once, and only when the key may be there.
[[nodiscard]] Outcome run_key_auth(const CompiledKeyAuth& plugin, Scratch::State& s);

// Bodies above this are not searched for a key: nginx's client_body_buffer_size of Kong, 8 KiB,
// beyond which Kong's plugins cannot read the body either.
inline constexpr std::size_t kMaxKeyBody = std::size_t{8} * 1024;

}  // namespace gw::gateway
