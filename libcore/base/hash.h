// A fast hash of text, the same on every machine and in every run: for consistent hashing, never
// for tables that a client could flood (limit/fingerprint.h is keyed).
#pragma once

#include <cstdint>
#include <string_view>

namespace gw {

// Well distributed in all 64 bits: folded 128-bit products over words of eight octets, as wyhash
// has them (Wang Yi, 2019), and the finalizer of splitmix64.
[[nodiscard]] std::uint64_t hash64(std::string_view text, std::uint64_t seed = 0);

}  // namespace gw
