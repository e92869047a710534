#include "base/hash.h"

#include <cstddef>

namespace gw {
namespace {

constexpr std::uint64_t kFirst = 0xA0761D6478BD642FULL;
constexpr std::uint64_t kSecond = 0xE7037ED1A0B428DBULL;

std::uint64_t fold(std::uint64_t a, std::uint64_t b) {
  __extension__ using Wide = unsigned __int128;
  const Wide product = Wide{a} * b;
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64U);
}

// Up to eight octets, the first the lowest, whatever the machine's order.
std::uint64_t word(std::string_view octets) {
  std::uint64_t value = 0;
  for (std::size_t i = octets.size(); i-- > 0;) {
    value = value << 8U | static_cast<unsigned char>(octets[i]);
  }
  return value;
}

std::uint64_t finish(std::uint64_t z) {
  z = (z ^ (z >> 30U)) * 0xBF58476D1CE4E5B9ULL;
  z = (z ^ (z >> 27U)) * 0x94D049BB133111EBULL;
  return z ^ (z >> 31U);
}

}  // namespace

std::uint64_t hash64(std::string_view text, std::uint64_t seed) {
  std::uint64_t hash = finish(seed + kFirst) ^ text.size();
  for (; !text.empty(); text.remove_prefix(text.size() < 8 ? text.size() : 8)) {
    // Added, not folded alone: a word that makes one factor zero must not forget what came before.
    hash = fold(word(text.substr(0, 8)) ^ kSecond, hash ^ kFirst) + (hash << 1U | hash >> 63U);
  }
  return finish(hash);
}

}  // namespace gw
