#include "base/time.h"

#include <doctest/doctest.h>

namespace gw {

TEST_CASE("RFC 3339 times read and print") {
  struct Row {
    std::string_view text, utc;
  };
  for (const Row& r : {Row{"2020-09-05T15:34:42Z", "2020-09-05T15:34:42Z"},
                       Row{"2020-09-05T12:34:42-03:00", "2020-09-05T15:34:42Z"},
                       Row{"2020-09-05T15:34:42.5Z", "2020-09-05T15:34:42.5Z"},
                       Row{"2020-09-05T15:34:42.123456789Z", "2020-09-05T15:34:42.123456Z"},
                       Row{"2024-02-29T23:59:59+00:00", "2024-02-29T23:59:59Z"}}) {
    CAPTURE(r.text);
    const auto t = parse_rfc3339(r.text);
    REQUIRE(t.has_value());
    CHECK(format_rfc3339(*t) == r.utc);
  }
}

TEST_CASE("a time without date or zone, or one that does not exist, is refused") {
  for (const auto bad : {"", "2020-09-05", "15:34:42Z", "2020-09-05T15:34:42",
                         "2023-02-29T00:00:00Z", "2020-13-01T00:00:00Z", "2020-09-05T24:00:00Z",
                         "2020-09-05T15:34:42.Z", "2020-09-05T15:34:42Zx", "2020-9-5T15:34:42Z"}) {
    CAPTURE(bad);
    CHECK_FALSE(parse_rfc3339(bad).has_value());
  }
}

TEST_CASE("a header's date is in GMT") {
  CHECK(format_http_date(whole_seconds(*parse_rfc3339("2020-09-05T15:34:42.9Z"))) ==
        "Sat, 05 Sep 2020 15:34:42 GMT");
}

TEST_CASE("months step the calendar and stop at the month's last day") {
  const auto at = [](std::string_view text, std::string_view span) {
    return format_rfc3339(add(*parse_rfc3339(text), *parse_span(span)));
  };
  CHECK(at("2024-01-31T10:00:00Z", "1mo") == "2024-02-29T10:00:00Z");
  CHECK(at("2023-01-31T10:00:00Z", "1mo") == "2023-02-28T10:00:00Z");
  CHECK(at("2024-02-29T10:00:00Z", "1y") == "2025-02-28T10:00:00Z");
  CHECK(at("2024-01-01T00:00:00Z", "1.5s") == "2024-01-01T00:00:01.5Z");
  CHECK(at("2024-01-01T00:00:00Z", "2w") == "2024-01-15T00:00:00Z");
}

TEST_CASE("a duration without a unit, or with an unknown one, is refused") {
  for (const auto bad : {"", "10", "s", "10 s", "-1s", "1.5mo", "1e9y", "10min"}) {
    CAPTURE(bad);
    CHECK_FALSE(parse_span(bad).has_value());
  }
  CHECK_FALSE(parse_duration("1mo").has_value());
  CHECK(parse_duration("24ms") == std::chrono::milliseconds{24});
}

TEST_CASE("a span is told to people in its two largest units, rounded down") {
  using namespace std::chrono_literals;
  CHECK(format_span(0s) == "0 s");
  CHECK(format_span(45s) == "45 s");
  CHECK(format_span(60s) == "1 min");
  CHECK(format_span(61s) == "1 min 1 s");
  CHECK(format_span(3h + 59s) == "3 h");
  CHECK(format_span(72h - 1s) == "2 d 23 h");
  CHECK(format_span(24h * 3652) == "3652 d");
  CHECK(format_span(-5s) == "0 s");
}

}  // namespace gw
