#include "limit/fingerprint.h"

#include <array>
#include <bit>
#include <cstdint>
#include <set>
#include <string>
#include <utility>

#include <doctest/doctest.h>

#include "base/rng.h"

namespace gw::limit {
namespace {

std::pair<std::uint64_t, std::uint64_t> print(const KeySeed& seed, const std::string& text) {
  const Fingerprint f = fingerprint(seed, text);
  return {f.high, f.low};
}

Uuid uuid(std::uint8_t last) {
  Uuid id;
  id.bytes[15] = last;
  return id;
}

TEST_CASE("the same parts give the same fingerprint within a process") {
  const std::string text = "11111111-1111-4111-8111-111111111111";
  const auto once = print(seed_key("ratelimit", uuid(1), uuid(2)), text);
  CHECK(once == print(seed_key("ratelimit", uuid(1), uuid(2)), text));
}

TEST_CASE("prefix, route and service each make another key") {
  std::set<std::pair<std::uint64_t, std::uint64_t>> seen;
  for (const auto* prefix : {"ratelimit", "consumerratelimit"}) {
    for (std::uint8_t route = 0; route < 3; ++route) {
      for (std::uint8_t service = 0; service < 3; ++service) {
        seen.insert(print(seed_key(prefix, uuid(route), uuid(service)), "127.0.0.1"));
      }
    }
  }
  CHECK(seen.size() == 18);
}

TEST_CASE("texts that differ in length or in one byte differ in their fingerprint") {
  const KeySeed seed = seed_key("ratelimit", uuid(1), uuid(2));
  std::set<std::pair<std::uint64_t, std::uint64_t>> seen;
  std::size_t texts = 0;
  for (std::size_t length = 0; length <= 200; ++length) {
    const std::string zeros(length, '\0');
    seen.insert(print(seed, zeros));
    ++texts;
    for (std::size_t i = 0; i < length; ++i) {
      for (const char c : {'\1', '\x80'}) {
        std::string text = zeros;
        text[i] = c;
        seen.insert(print(seed, text));
        ++texts;
      }
    }
  }
  CHECK(seen.size() == texts);
}

TEST_CASE("exchanging words, blocks or halves changes the fingerprint") {
  const KeySeed seed = seed_key("ratelimit", uuid(1), uuid(2));
  const std::string a(64, 'a');
  const std::string b(64, 'b');
  CHECK(print(seed, a + b) != print(seed, b + a));
  CHECK(print(seed, "aaaaaaaabbbbbbbb") != print(seed, "bbbbbbbbaaaaaaaa"));
  CHECK(print(seed, "12341234") != print(seed, "1234123412341234"));
}

// What a cell keeps of a key, and what chooses its place, must each look random for ids in a row.
TEST_CASE("each bit of the fingerprint is set for about half of the numbered identifiers") {
  constexpr int kTexts = 20000;
  const KeySeed seed = seed_key("ratelimit", uuid(1), uuid(2));
  std::array<int, 128> ones{};
  for (int i = 0; i < kTexts; ++i) {
    const Fingerprint f =
        fingerprint(seed, "10.0." + std::to_string(i / 256) + "." + std::to_string(i % 256));
    for (std::size_t bit = 0; bit < 64; ++bit) {
      ones[bit] += static_cast<int>(f.high >> bit & 1U);
      ones[bit + 64] += static_cast<int>(f.low >> bit & 1U);
    }
  }
  for (std::size_t bit = 0; bit < ones.size(); ++bit) {
    CAPTURE(bit);
    // Seven standard deviations: sqrt(20000) / 2 is 71.
    CHECK(ones[bit] > kTexts / 2 - 500);
    CHECK(ones[bit] < kTexts / 2 + 500);
  }
}

TEST_CASE("one flipped bit of an identifier flips about half of the fingerprint") {
  const KeySeed seed = seed_key("ratelimit", uuid(1), uuid(2));
  Rng rng(7);
  int flipped = 0;
  constexpr int kRounds = 4000;
  for (int i = 0; i < kRounds; ++i) {
    std::string text(36, 'x');
    for (char& c : text) c = static_cast<char>(rng.below(256));
    const Fingerprint before = fingerprint(seed, text);
    const std::size_t where = rng.below(36);
    text[where] = static_cast<char>(text[where] ^ static_cast<char>(1U << rng.below(8)));
    const Fingerprint after = fingerprint(seed, text);
    flipped += std::popcount(before.high ^ after.high) + std::popcount(before.low ^ after.low);
  }
  const double mean = static_cast<double>(flipped) / kRounds;
  CAPTURE(mean);
  CHECK(mean > 62);
  CHECK(mean < 66);
}

}  // namespace
}  // namespace gw::limit
