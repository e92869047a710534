#include "limit/window.h"

#include <chrono>
#include <cstdint>
#include <string_view>

#include <doctest/doctest.h>

#include "base/time.h"
#include "unit/limit/windows.h"

namespace gw::limit {
namespace {

using test::second_of;

TEST_CASE("windows are aligned to the UTC calendar") {
  struct Row {
    std::string_view why, at;
    Period period;
    std::string_view start, end;
  };
  for (const Row& r : {
           Row{"a second is its own window", "2026-11-21T10:20:30Z", Period::second,
               "2026-11-21T10:20:30Z", "2026-11-21T10:20:31Z"},
           Row{"a minute starts at :00", "2026-11-21T10:20:59Z", Period::minute,
               "2026-11-21T10:20:00Z", "2026-11-21T10:21:00Z"},
           Row{"an hour starts at :00:00", "2026-11-21T10:00:00Z", Period::hour,
               "2026-11-21T10:00:00Z", "2026-11-21T11:00:00Z"},
           Row{"a day starts at midnight", "2026-11-21T23:59:59Z", Period::day,
               "2026-11-21T00:00:00Z", "2026-11-22T00:00:00Z"},
           Row{"a month of 31 days", "2026-12-31T23:59:59Z", Period::month, "2026-12-01T00:00:00Z",
               "2027-01-01T00:00:00Z"},
           Row{"February of a leap year", "2024-02-29T12:00:00Z", Period::month,
               "2024-02-01T00:00:00Z", "2024-03-01T00:00:00Z"},
           Row{"2100 is no leap year", "2100-02-28T23:59:59Z", Period::month,
               "2100-02-01T00:00:00Z", "2100-03-01T00:00:00Z"},
           Row{"2000 is one", "2000-12-31T23:59:59Z", Period::year, "2000-01-01T00:00:00Z",
               "2001-01-01T00:00:00Z"},
           Row{"the first second of all", "1970-01-01T00:00:00Z", Period::year,
               "1970-01-01T00:00:00Z", "1971-01-01T00:00:00Z"},
       }) {
    CAPTURE(r.why);
    const Calendar calendar = Calendar::at(second_of(r.at));
    const std::size_t p = model::index(r.period);
    CHECK(calendar.now == second_of(r.at));
    CHECK(calendar.start[p] == second_of(r.start));
    CHECK(calendar.end[p] == second_of(r.end));
  }
}

// A calendar that only counts: the slow way round, to compare with.
struct CountingCalendar {
  int year = 1970;
  int month = 1;
  int day = 1;

  [[nodiscard]] bool is_leap() const {
    return (year % 4 == 0 && year % 100 != 0) || year % 400 == 0;
  }
  [[nodiscard]] int month_length() const {
    if (month == 2) return is_leap() ? 29 : 28;
    return month == 4 || month == 6 || month == 9 || month == 11 ? 30 : 31;
  }
  void next_day() {
    if (++day <= month_length()) return;
    day = 1;
    if (++month <= 12) return;
    month = 1;
    ++year;
  }
};

TEST_CASE("every day from 1970 to 9999 lies in its month and its year") {
  CountingCalendar walk;
  WallSeconds midnight{};
  WallSeconds month_start{};
  WallSeconds year_start{};
  std::size_t wrong = 0;
  for (; walk.year <= 9999; walk.next_day(), midnight += test::days{1}) {
    if (walk.day == 1) month_start = midnight;
    if (walk.day == 1 && walk.month == 1) year_start = midnight;
    const Calendar c = Calendar::at(midnight + test::seconds{86399});
    const bool right =
        c.start[3] == midnight && c.end[3] == midnight + test::days{1} &&
        c.start[4] == month_start && c.end[4] == month_start + test::days{walk.month_length()} &&
        c.start[5] == year_start && c.end[5] == year_start + test::days{walk.is_leap() ? 366 : 365};
    wrong += right ? 0 : 1;
  }
  CHECK(wrong == 0);
  CHECK(midnight == WallSeconds{test::seconds{253402300800}});
}

TEST_CASE("times outside 1970 to 9999 are taken for the nearest inside") {
  CHECK(Calendar::at(WallSeconds::min()).now == WallSeconds{});
  CHECK(Calendar::at(WallSeconds::max()).now == second_of("9999-12-31T23:59:59Z"));
}

TEST_CASE("the reset counts Kong's nominal lengths and never falls below 1") {
  struct Row {
    std::string_view why, at;
    Period period;
    std::int64_t reset;
  };
  for (const Row& r : {
           Row{"a second", "2026-11-21T10:00:00Z", Period::second, 1},
           Row{"a minute at :00", "2026-11-21T10:00:00Z", Period::minute, 60},
           Row{"a minute at :59", "2026-11-21T10:00:59Z", Period::minute, 1},
           Row{"an hour", "2026-11-21T10:00:01Z", Period::hour, 3599},
           Row{"the leap day is a day", "2028-02-29T23:00:00Z", Period::day, 3600},
           Row{"a month has 30 days", "2026-12-01T00:00:00Z", Period::month, 2592000},
           Row{"so the 30th ends it", "2026-12-30T23:59:59Z", Period::month, 1},
           Row{"and all the 31st reads 1", "2026-12-31T12:00:00Z", Period::month, 1},
           Row{"February ends early", "2026-02-28T23:59:59Z", Period::month, 172801},
           Row{"a leap February too", "2024-02-29T23:59:59Z", Period::month, 86401},
           Row{"a year has 365 days", "2024-12-30T23:59:59Z", Period::year, 1},
           Row{"the 366th reads 1", "2024-12-31T12:00:00Z", Period::year, 1},
           Row{"recorded with Kong 2.8", "2024-02-29T23:59:57Z", Period::year, 26352003},
       }) {
    CAPTURE(r.why);
    const WallSeconds now = second_of(r.at);
    const WallSeconds start = Calendar::at(now).start[model::index(r.period)];
    CHECK(reset_after(r.period, start, now) == r.reset);
  }
}

}  // namespace
}  // namespace gw::limit
