// Finding where a run of octets ends, sixteen at a time: this is what parsing a head costs.
//
// SSE2 is part of every x86-64; elsewhere the table of characters.h does the same.
#pragma once

#include <algorithm>
#include <bit>
#include <cstddef>
#include <string_view>

#include "http/characters.h"

#ifdef __SSE2__
#include <emmintrin.h>
#endif

namespace gw::http {

#ifdef __SSE2__
namespace detail {

inline constexpr std::size_t kBlock = sizeof(__m128i);

inline __m128i load(const char* at) {
  return _mm_loadu_si128(reinterpret_cast<const __m128i*>(at));
}
inline __m128i all(char c) {
  return _mm_set1_epi8(c);
}
// Octets of `block` that are at most `limit`, unsigned.
inline __m128i at_most(__m128i block, char limit) {
  return _mm_cmpeq_epi8(_mm_min_epu8(block, all(limit)), block);
}
inline unsigned mask_of(__m128i block) {
  return static_cast<unsigned>(_mm_movemask_epi8(block));
}

// All bits of each control but HTAB.
inline __m128i control_octets(__m128i block) {
  const __m128i low = _mm_andnot_si128(_mm_cmpeq_epi8(block, all('\t')), at_most(block, 0x1F));
  return _mm_or_si128(low, _mm_cmpeq_epi8(block, all(0x7F)));
}
// A bit for each control but HTAB.
inline unsigned controls(__m128i block) {
  return mask_of(control_octets(block));
}

// A bit for each octet that is no letter, digit or hyphen, of which nearly all names consist.
inline unsigned unusual(__m128i block) {
  const __m128i letter = at_most(_mm_sub_epi8(_mm_or_si128(block, all(0x20)), all('a')), 25);
  const __m128i digit = at_most(_mm_sub_epi8(block, all('0')), 9);
  const __m128i hyphen = _mm_cmpeq_epi8(block, all('-'));
  return mask_of(_mm_or_si128(letter, _mm_or_si128(digit, hyphen))) ^ 0xFFFFU;
}

}  // namespace detail
#endif

// Position of the first control but HTAB in [from, end), or `end`.
[[nodiscard]] inline std::size_t find_control(std::string_view text, std::size_t from,
                                              std::size_t end) {
  std::size_t at = from;
#ifdef __SSE2__
  for (; end - at >= detail::kBlock; at += detail::kBlock) {
    const unsigned found = detail::controls(detail::load(text.data() + at));
    if (found != 0) return at + static_cast<std::size_t>(std::countr_zero(found));
  }
#endif
  while (at < end && !is_control(text[at])) ++at;
  return at;
}

// How many controls but HTAB there are.
[[nodiscard]] inline std::size_t count_controls(std::string_view text) {
  std::size_t at = 0;
  std::size_t count = 0;
#ifdef __SSE2__
  while (text.size() - at >= detail::kBlock) {
    // A counter an octet of the block, full after 255 of them.
    const std::size_t blocks = std::min<std::size_t>((text.size() - at) / detail::kBlock, 255);
    __m128i counters = _mm_setzero_si128();
    for (std::size_t i = 0; i < blocks; ++i, at += detail::kBlock) {
      counters = _mm_sub_epi8(counters, detail::control_octets(detail::load(text.data() + at)));
    }
    const __m128i sums = _mm_sad_epu8(counters, _mm_setzero_si128());
    count += static_cast<std::size_t>(_mm_cvtsi128_si64(sums)) +
             static_cast<std::size_t>(_mm_cvtsi128_si64(_mm_srli_si128(sums, 8)));
  }
#endif
  for (; at < text.size(); ++at) count += is_control(text[at]) ? 1U : 0U;
  return count;
}

// Whether `size` octets at `at`, of which kReadable may be read, are letters, digits and hyphens.
// False says nothing: ask token_size().
inline constexpr std::size_t kReadable = 16;
[[nodiscard]] inline bool is_plain_name(const char* at, std::size_t size) {
#ifdef __SSE2__
  return size <= kReadable && (detail::unusual(detail::load(at)) & ((1U << size) - 1U)) == 0;
#else
  return all_of(Octets::token, {at, size});
#endif
}

// How many of the octets from `from` on are token characters.
[[nodiscard]] inline std::size_t token_size(std::string_view text, std::size_t from) {
  std::size_t at = from;
#ifdef __SSE2__
  // The last, shorter block is read again together with what is before it.
  if (text.size() >= detail::kBlock) {
    while (at < text.size()) {
      const std::size_t block = std::min(at, text.size() - detail::kBlock);
      const unsigned found =
          detail::unusual(detail::load(text.data() + block)) >> (at - block) << (at - block);
      if (found != 0) {
        at = block + static_cast<std::size_t>(std::countr_zero(found));
        break;
      }
      at = block + detail::kBlock;
    }
  }
#endif
  while (at < text.size() && is_in(Octets::token, text[at])) ++at;
  return at - from;
}

}  // namespace gw::http
