#include "http/known_fields.h"

#include <algorithm>
#include <cstring>

#include "base/text.h"

namespace gw::http {
namespace {

constexpr std::array<std::string_view, kKnownCount> kNames{
    "",
    "accept",
    "connection",
    "content-length",
    "content-type",
    "date",
    "expect",
    "host",
    "keep-alive",
    "kong-debug",
    "proxy",
    "proxy-authenticate",
    "proxy-authorization",
    "proxy-connection",
    "server",
    "te",
    "trailer",
    "transfer-encoding",
    "upgrade",
    "via",
    "x-forwarded-for",
    "x-forwarded-host",
    "x-forwarded-path",
    "x-forwarded-port",
    "x-forwarded-prefix",
    "x-forwarded-proto",
    "x-kong-proxy-latency",
    "x-kong-request-id",
    "x-kong-upstream-latency",
    "x-real-ip",
};

constexpr std::size_t kSlots = 256;

// What a letter's cases share; other token characters may meet here too, and are told apart below.
constexpr unsigned folded(char c) {
  return static_cast<unsigned char>(c) | 0x20U;
}

// Size, first, second last and last letter tell all names of the list apart (checked below); none
// has less than two.
constexpr std::size_t slot(std::string_view name, unsigned factor) {
  const auto size = static_cast<unsigned>(name.size());
  return (size * 131 + folded(name[0]) * 7 + folded(name[size - 2]) * factor +
          folded(name[size - 1]) * 29) %
         kSlots;
}

constexpr bool separates(unsigned factor) {
  std::array<bool, kSlots> taken{};
  for (std::size_t i = 1; i < kKnownCount; ++i) {
    bool& here = taken[slot(kNames[i], factor)];
    if (here) return false;
    here = true;
  }
  return true;
}

constexpr unsigned find_factor() {
  for (unsigned factor = 1; factor < 4096; ++factor) {
    if (separates(factor)) return factor;
  }
  return 0;
}
constexpr unsigned kFactor = find_factor();
static_assert(kFactor != 0, "a new name needs a larger table");

// A name ready to be compared: text, and the case bit of its letters.
struct Spelling {
  static constexpr std::size_t kRoom = 24;
  std::array<char, kRoom> text{};
  std::array<char, kRoom> fold{};
  std::uint8_t size = 0;
};

constexpr std::array<Spelling, kKnownCount> make_spellings() {
  std::array<Spelling, kKnownCount> table{};
  for (std::size_t i = 1; i < kKnownCount; ++i) {
    Spelling& spelling = table[i];
    for (std::size_t k = 0; k < kNames[i].size(); ++k) {
      spelling.text[k] = kNames[i][k];
      spelling.fold[k] = is_alpha(kNames[i][k]) ? 0x20 : 0;
    }
    spelling.size = static_cast<std::uint8_t>(kNames[i].size());
  }
  return table;
}
constexpr auto kSpellings = make_spellings();

constexpr std::array<Known, kSlots> make_table() {
  std::array<Known, kSlots> table{};
  for (std::size_t i = 1; i < kKnownCount; ++i) {
    table[slot(kNames[i], kFactor)] = static_cast<Known>(i);
  }
  return table;
}
constexpr auto kTable = make_table();

template <class Word>
bool same_word(std::string_view name, const Spelling& spelling, std::size_t at) {
  Word is = 0;
  Word fold = 0;
  Word wanted = 0;
  std::memcpy(&is, name.data() + at, sizeof(Word));
  std::memcpy(&fold, spelling.fold.data() + at, sizeof(Word));
  std::memcpy(&wanted, spelling.text.data() + at, sizeof(Word));
  return (is | fold) == wanted;
}

// Words that overlap cover a name of any size from one word on.
template <class Word>
bool same_words(std::string_view name, const Spelling& spelling) {
  const std::size_t last = spelling.size - sizeof(Word);
  for (std::size_t at = 0; at < last; at += sizeof(Word)) {
    if (!same_word<Word>(name, spelling, at)) return false;
  }
  return same_word<Word>(name, spelling, last);
}

bool same(std::string_view name, const Spelling& spelling) {
  if (name.size() != spelling.size) return false;
  if (spelling.size >= 8) return same_words<std::uint64_t>(name, spelling);
  if (spelling.size >= 4) return same_words<std::uint32_t>(name, spelling);
  return same_words<std::uint16_t>(name, spelling);
}
static_assert(std::ranges::all_of(kNames, [](std::string_view n) {
  return n.empty() || (n.size() >= 2 && n.size() <= Spelling::kRoom);
}));

}  // namespace

Known classify(std::string_view name) {
  if (name.size() < 2) return Known::other;
  const Known candidate = kTable[slot(name, kFactor)];
  return same(name, kSpellings[static_cast<std::size_t>(candidate)]) ? candidate : Known::other;
}

void FieldIndex::clear() {
  known_.clear();
  first_.fill(kAbsent);
}

void FieldIndex::add(std::string_view name) {
  const Known known = classify(name);
  std::uint32_t& first = first_[static_cast<std::size_t>(known)];
  if (first == kAbsent) first = static_cast<std::uint32_t>(known_.size());
  known_.push_back(known);
}

void FieldIndex::build(std::span<const Field> fields) {
  clear();
  for (const Field& field : fields) add(field.name);
}

std::size_t FieldIndex::next(Known name, std::size_t i) const {
  while (++i < known_.size()) {
    if (known_[i] == name) return i;
  }
  return kNone;
}

}  // namespace gw::http
