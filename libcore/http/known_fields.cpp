#include "http/known_fields.h"

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

// Size, first, second last and last letter tell all names of the list apart (checked below).
constexpr std::size_t slot(std::string_view name, unsigned factor) {
  const auto at = [&](std::size_t i) { return static_cast<unsigned>(to_lower(name[i])); };
  const auto size = static_cast<unsigned>(name.size());
  const unsigned second_last = size > 1 ? at(size - 2) : 0;
  return (size * 131 + at(0) * 7 + second_last * factor + at(size - 1) * 29) % kSlots;
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

constexpr std::array<Known, kSlots> make_table() {
  std::array<Known, kSlots> table{};
  for (std::size_t i = 1; i < kKnownCount; ++i) {
    table[slot(kNames[i], kFactor)] = static_cast<Known>(i);
  }
  return table;
}
constexpr auto kTable = make_table();

}  // namespace

Known classify(std::string_view name) {
  if (name.empty()) return Known::other;
  const Known candidate = kTable[slot(name, kFactor)];
  if (candidate == Known::other) return candidate;
  return iequals(kNames[static_cast<std::size_t>(candidate)], name) ? candidate : Known::other;
}

void FieldIndex::build(std::span<const Field> fields) {
  known_.clear();
  first_.fill(kNone);
  for (std::size_t i = 0; i < fields.size(); ++i) {
    const Known name = classify(fields[i].name);
    known_.push_back(name);
    std::size_t& first = first_[static_cast<std::size_t>(name)];
    if (first == kNone) first = i;
  }
}

}  // namespace gw::http
