// One key's counters of all six periods in one cache line; part of MemoryStore.
//
// The windows need no times of their own: they follow from the calendar and the one second at which
// the cell was last brought up to date. Not thread-safe: guarded by its shard.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <span>

#include "limit/charge.h"
#include "limit/window.h"

namespace gw::limit::detail {

// Up to here every count is exact as a double, and limits go to 1e15; counts stay here, never wrap.
inline constexpr std::uint64_t kMaxCount = std::uint64_t{1} << 53U;

struct alignas(64) Cell {
  // Of the fingerprint's 128 bits `high` and the lowest 24 of `low` are kept: 88 bits, and those
  // that chose the shard. Four million keys share none but with a chance of 2^-45.
  std::uint64_t high = 0;
  std::uint64_t tag_and_time = 0;  // 24 bits, and 40 of seconds since 1970, plus 1; 0: empty
  std::array<std::uint64_t, kPeriodCount> counts{};

  [[nodiscard]] bool empty() const { return tag_and_time == 0; }
  [[nodiscard]] bool holds(const Fingerprint& key) const {
    return high == key.high && tag_and_time >> kTimeBits == (key.low & kTagMask);
  }
  [[nodiscard]] WallSeconds time() const {
    return WallSeconds{
        std::chrono::seconds{static_cast<std::int64_t>(tag_and_time & kTimeMask) - 1}};
  }

  // Takes the cell for `key`, all counts 0.
  void claim(const Fingerprint& key, WallSeconds now);
  // Drops the counts of windows that are over at `calendar.now`.
  void roll(const Calendar& calendar) {
    if (time() != calendar.now) move_to(calendar);
  }
  void read(std::span<const Window> windows, Reading& reading) const {
    bool passed = true;
    for (const Window& window : windows) {
      const std::size_t p = model::index(window.period);
      reading.used_before[p] = counts[p];
      // Through a signed integer: one instruction, and counts end far below 2^63.
      passed &= static_cast<double>(static_cast<std::int64_t>(counts[p])) < window.limit;
    }
    reading.passed = passed;
  }
  void add(std::span<const Window> windows) {
    for (const Window& window : windows) {
      std::uint64_t& count = counts[model::index(window.period)];
      count += count < kMaxCount ? 1 : 0;
    }
  }

  // How much would be lost with this cell: 0, nothing (all its windows are over); then by the
  // longest window that counts something, then by that count.
  [[nodiscard]] std::uint64_t worth(const Calendar& calendar) const;

 private:
  static constexpr unsigned kTimeBits = 40;
  static constexpr std::uint64_t kTimeMask = (std::uint64_t{1} << kTimeBits) - 1;
  static constexpr std::uint64_t kTagMask = ~std::uint64_t{0} >> kTimeBits;

  void set_time(WallSeconds now);
  void move_to(const Calendar& calendar);
};
static_assert(sizeof(Cell) == 64);

}  // namespace gw::limit::detail
