// Windows and charges for the tests of `limit`.
#pragma once

#include <chrono>
#include <cstdint>
#include <initializer_list>
#include <span>
#include <string_view>
#include <utility>
#include <vector>

#include "base/time.h"
#include "limit/charge.h"
#include "limit/window.h"

namespace gw::limit::test {

using std::chrono::days;
using std::chrono::hours;
using std::chrono::minutes;
using std::chrono::seconds;

using LimitList = std::initializer_list<std::pair<Period, double>>;

// The windows of `limits` around `now`.
inline std::vector<Window> windows(std::span<const std::pair<Period, double>> limits,
                                   WallSeconds now) {
  const Calendar calendar = Calendar::at(now);
  std::vector<Window> all;
  for (const auto& [period, limit] : limits) {
    const std::size_t p = model::index(period);
    all.push_back({period, calendar.start[p], calendar.end[p], limit});
  }
  return all;
}
inline std::vector<Window> windows(LimitList limits, WallSeconds now) {
  return windows(std::span(limits.begin(), limits.size()), now);
}

// "2024-02-29T23:59:57Z", which must be a date.
inline WallTime at(std::string_view text) {
  return parse_rfc3339(text).value();
}
inline WallSeconds second_of(std::string_view text) {
  return whole_seconds(at(text));
}

// A key that is as well spread as a fingerprint and the same in every run.
inline Fingerprint key(std::uint64_t n) {
  Rng rng(n);
  const std::uint64_t high = rng.next();
  return {high, rng.next()};
}

// Asks one charge of a store that has MemoryStore's interface.
template <class Store, class Time>
Reading ask(Store& store, const Charge& charge, Time now) {
  Reading reading;
  const std::size_t asked = store.charge(std::span(&charge, 1), now, std::span(&reading, 1));
  return asked == 1 ? reading : Reading{{}, false};
}

}  // namespace gw::limit::test
