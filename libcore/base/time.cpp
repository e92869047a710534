#include "base/time.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <cstdint>

#include <fmt/format.h>

#include "base/text.h"

namespace gw {
namespace {

using namespace std::chrono_literals;
using std::chrono::microseconds;

// Reads exactly `digits` decimal digits and moves past them.
std::optional<int> take_digits(std::string_view& text, std::size_t digits) {
  if (text.size() < digits) return std::nullopt;
  const auto value = parse_uint(text.substr(0, digits));
  if (!value) return std::nullopt;
  for (const char c : text.substr(0, digits)) {
    if (!is_digit(c)) return std::nullopt;
  }
  text.remove_prefix(digits);
  return static_cast<int>(*value);
}

bool take(std::string_view& text, std::string_view any_of) {
  if (text.empty() || any_of.find(text.front()) == std::string_view::npos) return false;
  text.remove_prefix(1);
  return true;
}

std::optional<std::chrono::sys_days> take_date(std::string_view& text) {
  const auto year = take_digits(text, 4);
  if (!year || !take(text, "-")) return std::nullopt;
  const auto month = take_digits(text, 2);
  if (!month || !take(text, "-")) return std::nullopt;
  const auto day = take_digits(text, 2);
  if (!day) return std::nullopt;
  const std::chrono::year_month_day date{std::chrono::year{*year},
                                         std::chrono::month{static_cast<unsigned>(*month)},
                                         std::chrono::day{static_cast<unsigned>(*day)}};
  if (!date.ok()) return std::nullopt;
  return std::chrono::sys_days{date};
}

std::optional<microseconds> take_time_of_day(std::string_view& text) {
  const auto hour = take_digits(text, 2);
  if (!hour || *hour > 23 || !take(text, ":")) return std::nullopt;
  const auto minute = take_digits(text, 2);
  if (!minute || *minute > 59 || !take(text, ":")) return std::nullopt;
  const auto second = take_digits(text, 2);
  if (!second || *second > 59) return std::nullopt;
  microseconds fraction{};
  if (take(text, ".")) {
    microseconds unit = 100ms;
    std::size_t digits = 0;
    for (; !text.empty() && is_digit(text.front()); text.remove_prefix(1), ++digits) {
      fraction += (text.front() - '0') * unit;
      unit /= 10;
    }
    if (digits == 0) return std::nullopt;
  }
  return std::chrono::hours{*hour} + std::chrono::minutes{*minute} + std::chrono::seconds{*second} +
         fraction;
}

std::optional<std::chrono::minutes> take_zone(std::string_view& text) {
  if (take(text, "Zz")) return std::chrono::minutes{0};
  const bool west = text.starts_with('-');
  if (!take(text, "+-")) return std::nullopt;
  const auto hours = take_digits(text, 2);
  if (!hours || *hours > 23 || !take(text, ":")) return std::nullopt;
  const auto minutes = take_digits(text, 2);
  if (!minutes || *minutes > 59) return std::nullopt;
  const std::chrono::minutes offset = std::chrono::hours{*hours} + std::chrono::minutes{*minutes};
  return west ? -offset : offset;
}

struct Unit {
  std::string_view name;
  microseconds length;
  int months;
};
constexpr std::array kUnits{
    Unit{"ms", 1ms, 0}, Unit{"s", 1s, 0},  Unit{"mo", 0s, 1},  Unit{"m", 1min, 0},
    Unit{"h", 1h, 0},   Unit{"d", 24h, 0}, Unit{"w", 168h, 0}, Unit{"y", 0s, 12},
};

constexpr double kLongestSpan = 3.2e15;  // microseconds: a hundred years

}  // namespace

Result<WallTime> parse_rfc3339(std::string_view text) {
  const std::string_view whole = text;
  const auto bad = [&] {
    return fail(ErrorCode::invalid,
                fmt::format("'{}' is not an RFC 3339 time with date and zone, such as "
                            "2020-09-05T15:34:42Z",
                            printable(whole)));
  };
  const auto date = take_date(text);
  if (!date || !take(text, "Tt ")) return bad();
  const auto time = take_time_of_day(text);
  if (!time) return bad();
  const auto zone = take_zone(text);
  if (!zone || !text.empty()) return bad();
  return WallTime{*date} + *time - *zone;
}

std::string format_rfc3339(WallTime t) {
  const auto day = std::chrono::floor<std::chrono::days>(t);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss time{t - day};
  std::string out =
      fmt::format("{:04}-{:02}-{:02}T{:02}:{:02}:{:02}", static_cast<int>(date.year()),
                  static_cast<unsigned>(date.month()), static_cast<unsigned>(date.day()),
                  time.hours().count(), time.minutes().count(), time.seconds().count());
  if (const auto fraction = time.subseconds().count(); fraction != 0) {
    out += fmt::format(".{:06}", fraction);
    out.erase(out.find_last_not_of('0') + 1);
  }
  return out + "Z";
}

std::string format_http_date(WallSeconds t) {
  static constexpr std::array kDays{"Sun", "Mon", "Tue", "Wed", "Thu", "Fri", "Sat"};
  static constexpr std::array kMonths{"Jan", "Feb", "Mar", "Apr", "May", "Jun",
                                      "Jul", "Aug", "Sep", "Oct", "Nov", "Dec"};
  const auto day = std::chrono::floor<std::chrono::days>(t);
  const std::chrono::year_month_day date{day};
  const std::chrono::hh_mm_ss time{t - day};
  return fmt::format(
      "{}, {:02} {} {:04} {:02}:{:02}:{:02} GMT", kDays[std::chrono::weekday{day}.c_encoding()],
      static_cast<unsigned>(date.day()), kMonths[static_cast<unsigned>(date.month()) - 1],
      static_cast<int>(date.year()), time.hours().count(), time.minutes().count(),
      time.seconds().count());
}

Result<CalendarSpan> parse_span(std::string_view text) {
  const auto unit_at = text.find_first_not_of("0123456789.");
  const auto number = parse_number(text.substr(0, unit_at));
  if (unit_at != std::string_view::npos && number) {
    for (const Unit& unit : kUnits) {
      if (text.substr(unit_at) != unit.name) continue;
      const bool whole = std::floor(*number) == *number;
      const double length = *number * static_cast<double>(unit.length.count());
      if (length > kLongestSpan || (unit.months != 0 && (!whole || *number > 1200))) break;
      return CalendarSpan{microseconds{std::llround(length)},
                          std::chrono::months{static_cast<int>(*number) * unit.months}};
    }
  }
  return fail(ErrorCode::invalid,
              fmt::format("'{}' is not a length of time: a number and one of ms s m h d w mo y, "
                          "such as 24ms or 1h",
                          printable(text)));
}

Result<microseconds> parse_duration(std::string_view text) {
  const auto span = parse_span(text);
  if (!span) return std::unexpected(span.error());
  if (span->months.count() != 0) {
    return fail(ErrorCode::invalid,
                fmt::format("'{}': months and years have no fixed length here; use d or w",
                            printable(text)));
  }
  return span->exact;
}

std::string format_span(std::chrono::seconds span) {
  struct Part {
    std::int64_t seconds;
    std::string_view name;
  };
  static constexpr std::array kParts{Part{86400, "d"}, Part{3600, "h"}, Part{60, "min"},
                                     Part{1, "s"}};
  std::int64_t left = std::max<std::int64_t>(span.count(), 0);
  std::size_t first = 0;
  while (first + 1 < kParts.size() && left < kParts[first].seconds) ++first;
  std::string out = fmt::format("{} {}", left / kParts[first].seconds, kParts[first].name);
  left %= kParts[first].seconds;
  if (first + 1 == kParts.size()) return out;
  const Part& next = kParts[first + 1];
  if (left >= next.seconds) out += fmt::format(" {} {}", left / next.seconds, next.name);
  return out;
}

WallTime add(WallTime t, const CalendarSpan& span) {
  if (span.months.count() == 0) return t + span.exact;
  const auto day = std::chrono::floor<std::chrono::days>(t);
  auto date = std::chrono::year_month_day{day} + span.months;
  if (!date.ok()) date = date.year() / date.month() / std::chrono::last;
  return WallTime{std::chrono::sys_days{date}} + (t - day) + span.exact;
}

}  // namespace gw
