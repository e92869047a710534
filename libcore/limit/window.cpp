#include "limit/window.h"

#include <algorithm>
#include <chrono>

namespace gw::limit {
namespace {

using std::chrono::days;
using std::chrono::seconds;

// Times outside these are taken for the nearest of them: no arithmetic below can overflow.
constexpr WallSeconds kFirst{};
constexpr WallSeconds kLast{seconds{253402300799}};  // 9999-12-31T23:59:59Z

}  // namespace

Calendar Calendar::at(WallSeconds now) {
  const WallSeconds t = std::clamp(now, kFirst, kLast);
  const auto minute = std::chrono::floor<std::chrono::minutes>(t);
  const auto hour = std::chrono::floor<std::chrono::hours>(t);
  const auto day = std::chrono::floor<days>(t);
  const std::chrono::year_month_day date{day};
  const auto month = day - days{static_cast<unsigned>(date.day()) - 1U};
  const std::chrono::year_month_day_last month_end{date.year(),
                                                   std::chrono::month_day_last{date.month()}};
  const std::chrono::sys_days year{date.year() / 1 / 1};
  const days year_length{date.year().is_leap() ? 366 : 365};
  return {
      t,
      {t, minute, hour, day, month, year},
      {t + seconds{1}, minute + std::chrono::minutes{1}, hour + std::chrono::hours{1},
       day + days{1}, month + days{static_cast<unsigned>(month_end.day())}, year + year_length}};
}

std::int64_t reset_after(Period period, WallSeconds start, WallSeconds now) {
  return std::max<std::int64_t>(1, (model::row(period).nominal - (now - start)).count());
}

WallTime counter_expiry(const Window& window, WallTime now) {
  return std::max(now + model::row(window.period).nominal, WallTime{window.end});
}

}  // namespace gw::limit
