// Keyed hashing of counter keys: nobody can aim at another's cell without the process's seed.
#pragma once

#include <string_view>

#include "base/uuid.h"
#include "limit/charge.h"

namespace gw::limit {

// The hash state after a plugin's constant parts; made once a snapshot.
struct KeySeed {
  std::uint64_t high = 0;
  std::uint64_t low = 0;
};

// The seed is drawn from the operating system once a process, so that fingerprints of one process
// agree with each other across snapshots and never across processes.
[[nodiscard]] KeySeed seed_key(std::string_view prefix, const Uuid& route, const Uuid& service);
[[nodiscard]] Fingerprint fingerprint(const KeySeed& seed, std::string_view identifier);

}  // namespace gw::limit
