// The periods that limits are given for: one table for keys, header suffixes and lengths.
#pragma once

#include <array>
#include <chrono>
#include <cstddef>
#include <cstdint>
#include <string_view>

namespace gw::model {

enum class Period : std::uint8_t { second, minute, hour, day, month, year };
inline constexpr std::size_t kPeriodCount = 6;

struct PeriodRow {
  Period period;
  std::string_view name;    // in configs and counter keys
  std::string_view suffix;  // in X-RateLimit-Limit-<suffix>
  // Kong's length: a month is always 30 days and a year 365 (kong-behaviour.md 1.4).
  std::chrono::seconds nominal;
};

inline constexpr std::array<PeriodRow, kPeriodCount> kPeriods{
    PeriodRow{Period::second, "second", "Second", std::chrono::seconds{1}},
    PeriodRow{Period::minute, "minute", "Minute", std::chrono::seconds{60}},
    PeriodRow{Period::hour, "hour", "Hour", std::chrono::seconds{3600}},
    PeriodRow{Period::day, "day", "Day", std::chrono::seconds{86400}},
    PeriodRow{Period::month, "month", "Month", std::chrono::seconds{2592000}},
    PeriodRow{Period::year, "year", "Year", std::chrono::seconds{31536000}},
};

[[nodiscard]] constexpr std::size_t index(Period period) {
  return static_cast<std::size_t>(period);
}
[[nodiscard]] constexpr const PeriodRow& row(Period period) {
  return kPeriods[index(period)];
}

// One limit a period; 0 means that the period is not limited.
struct Limits {
  std::array<double, kPeriodCount> by_period{};

  [[nodiscard]] double operator[](Period period) const { return by_period[index(period)]; }
  [[nodiscard]] double& operator[](Period period) { return by_period[index(period)]; }
  [[nodiscard]] bool empty() const { return *this == Limits{}; }

  friend bool operator==(const Limits&, const Limits&) = default;
};

}  // namespace gw::model
