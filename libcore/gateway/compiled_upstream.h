// An upstream with what its balancer looks up, made once a configuration and shared by workers.
#pragma once

#include <cstdint>

#include "gateway/hash_ring.h"
#include "model/entities.h"

namespace gw::gateway {

struct CompiledUpstream {
  const model::Upstream* model = nullptr;
  std::uint64_t layout = 0;  // a digest of the targets in their order; never 0
  HashRing ring{};           // of consistent-hashing
};

// `upstream` outlives the result.
[[nodiscard]] CompiledUpstream compile_upstream(const model::Upstream& upstream);

}  // namespace gw::gateway
