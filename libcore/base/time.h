// Dates as text: RFC 3339 in files, RFC 9110 in headers, durations with units.
#pragma once

#include <chrono>
#include <optional>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"

namespace gw {

// "2020-09-05T15:34:42.5Z", with date and zone; fractions up to microseconds, the rest dropped.
[[nodiscard]] Result<WallTime> parse_rfc3339(std::string_view text);
// In UTC; a fraction only when there is one.
[[nodiscard]] std::string format_rfc3339(WallTime t);
// "Sat, 05 Sep 2020 15:34:42 GMT" (RFC 9110 section 5.6.7).
[[nodiscard]] std::string format_http_date(WallSeconds t);

// A span of time as scenarios write it: exact units add up, months step the calendar.
struct CalendarSpan {
  std::chrono::microseconds exact{};
  std::chrono::months months{};
};

// "24ms", "1s", "10m", "1h", "2d", "1w", "3mo", "1y"; a decimal fraction is allowed up to weeks.
[[nodiscard]] Result<CalendarSpan> parse_span(std::string_view text);
// As parse_span, but months and years are refused.
[[nodiscard]] Result<std::chrono::microseconds> parse_duration(std::string_view text);
// How long, for people: its two largest units, rounded down, such as "2 d 23 h" or "45 s".
[[nodiscard]] std::string format_span(std::chrono::seconds span);
// `t` plus `span`; a day that the month does not have becomes its last day.
[[nodiscard]] WallTime add(WallTime t, const CalendarSpan& span);

}  // namespace gw
