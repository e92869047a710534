#include "limit/fingerprint.h"

#include <array>
#include <bit>
#include <cstddef>
#include <cstdint>
#include <cstring>
#include <string>

#include "base/digest.h"
#include "base/rng.h"

// Texts of up to 64 bytes are hashed by NH (Black et al., "UMAC", CRYPTO 1999), twice under
// independent secret keys: two texts agree in both sums with a chance below 2^-125, whoever chose
// them, for nobody ever sees a fingerprint. Folding with the plugin's seed makes 128 bits of them.
// A longer text is cut into such blocks, each one's hash being the seed of the next.

namespace gw::limit {
namespace {

__extension__ using Wide = unsigned __int128;

constexpr std::size_t kWordBytes = 8;
constexpr std::size_t kBlockBytes = 64;
constexpr std::size_t kWords = kBlockBytes / kWordBytes + 2;  // the length, and one to make pairs

// Two independent keys for every word of a block, side by side: {first, second}.
struct Secrets {
  std::array<std::array<std::uint64_t, 2>, kWords> at{};

  Secrets() {
    for (auto& pair : at) pair = {random_seed(), random_seed()};
  }
};

const Secrets& secrets() {
  static const Secrets drawn;
  return drawn;
}

template <class Word>
Word load(const char* at) {
  Word word{};
  std::memcpy(&word, at, sizeof word);
  return word;
}

// The last eight bytes of a text, overlapping the word before them rather than being padded; a
// shorter text as a whole. One-to-one among texts that agree in length and in the words before.
std::uint64_t last_word(std::string_view text) {
  const std::size_t n = text.size();
  const char* end = text.data() + n;
  if (n >= kWordBytes) return load<std::uint64_t>(end - kWordBytes);
  if (n >= 4) {
    return std::uint64_t{load<std::uint32_t>(end - n)} << 32U | load<std::uint32_t>(end - 4);
  }
  std::uint64_t word = 0;
  for (const char c : text) word = word << 8U | static_cast<unsigned char>(c);
  return word;
}

struct Sums {
  Wide first = 0;
  Wide second = 0;
};

Sums nh(std::string_view block) {
  const Secrets& keys = secrets();
  Sums sums;
  std::size_t k = 0;
  const auto take = [&](std::uint64_t a, std::uint64_t b) {
    sums.first += Wide{a + keys.at[k][0]} * (b + keys.at[k + 1][0]);
    sums.second += Wide{a + keys.at[k][1]} * (b + keys.at[k + 1][1]);
    k += 2;
  };
  take(block.size(), last_word(block));
  const char* at = block.data();
  std::size_t left = block.size();
  for (; left > 2 * kWordBytes; left -= 2 * kWordBytes, at += 2 * kWordBytes) {
    take(load<std::uint64_t>(at), load<std::uint64_t>(at + kWordBytes));
  }
  if (left > kWordBytes) take(load<std::uint64_t>(at), 0);
  return sums;
}

std::uint64_t fold(Wide sum, std::uint64_t a, std::uint64_t b) {
  const Wide product =
      Wide{static_cast<std::uint64_t>(sum) ^ a} * (static_cast<std::uint64_t>(sum >> 64U) ^ b);
  return static_cast<std::uint64_t>(product) ^ static_cast<std::uint64_t>(product >> 64U);
}

Fingerprint hash_block(const KeySeed& seed, std::string_view block) {
  const Sums sums = nh(block);
  return {fold(sums.first, seed.high, seed.low),
          fold(sums.second, std::rotl(seed.low, 32), std::rotl(seed.high, 32))};
}

}  // namespace

KeySeed seed_key(std::string_view prefix, const Uuid& route, const Uuid& service) {
  // A digest's name space of its own: the words of `secrets` are drawn for NH only.
  static const std::array<std::uint64_t, 4> salt{random_seed(), random_seed(), random_seed(),
                                                 random_seed()};
  std::string input(sizeof salt, '\0');
  std::memcpy(input.data(), salt.data(), sizeof salt);
  input.append(route.bytes.begin(), route.bytes.end());
  input.append(service.bytes.begin(), service.bytes.end());
  input.append(prefix);
  const auto digest = sha256(input);
  KeySeed seed;
  std::memcpy(&seed.high, digest.data(), kWordBytes);
  std::memcpy(&seed.low, digest.data() + kWordBytes, kWordBytes);
  return seed;
}

Fingerprint fingerprint(const KeySeed& seed, std::string_view identifier) {
  KeySeed state = seed;
  while (identifier.size() > kBlockBytes) {
    const Fingerprint block = hash_block(state, identifier.substr(0, kBlockBytes));
    state = {block.high, block.low};
    identifier.remove_prefix(kBlockBytes);
  }
  return hash_block(state, identifier);
}

}  // namespace gw::limit
