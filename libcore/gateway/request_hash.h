// What a request is hashed on, for consistent hashing (kong-behaviour.md 6.4; Kong's create_hash).
#pragma once

#include <cstdint>
#include <optional>

#include "gateway/exchange_state.h"
#include "model/entities.h"

namespace gw::gateway {

// By hash_on, else by hash_fallback; nullopt: the request has neither. A cookie that is missing is
// made and announced in s.new_cookie.
[[nodiscard]] std::optional<std::uint64_t> request_hash(Scratch::State& s,
                                                        const model::Upstream& upstream);

}  // namespace gw::gateway
