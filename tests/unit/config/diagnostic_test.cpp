#include "config/diagnostic.h"

#include <algorithm>
#include <string>

#include <doctest/doctest.h>

#include "config/codes.h"
#include "config/locator.h"
#include "reading.h"

namespace {

using gw::config::Diagnostics;
using gw::config::make_diagnostic;
using gw::config::Severity;
using gw::config::Sources;
using gw::config::Span;
using gw::config::testing::place;

TEST_CASE("every code says what it means and how to mend it") {
  for (const auto& row : gw::config::codes()) {
    CAPTURE(row.code);
    CHECK(row.code.size() == 6);
    CHECK(row.code.starts_with("GW1"));
    CHECK_FALSE(row.name.empty());
    CHECK(row.name.find_first_not_of("abcdefghijklmnopqrstuvwxyz0123456789-.") ==
          std::string_view::npos);
    CHECK(row.summary.ends_with('.'));
    CHECK(row.mend.ends_with('.'));
    CHECK(gw::config::find_code(row.code) == &row);
  }
  CHECK(gw::config::find_code("GW0000") == nullptr);
  CHECK(gw::config::find_code("GW9999") == nullptr);
}

TEST_CASE("no two codes have one name") {
  std::vector<std::string_view> names;
  for (const auto& row : gw::config::codes()) names.push_back(row.name);
  std::ranges::sort(names);
  CHECK(std::ranges::adjacent_find(names) == names.end());
}

TEST_CASE("lines of a source come without their ends") {
  Sources sources;
  const auto id = sources.add("a", "\xEF\xBB\xBFone\r\ntwo\n\nfour");
  CHECK(sources.line(id, 0) == "");
  CHECK(sources.line(id, 1) == "one");
  CHECK(sources.line(id, 2) == "two");
  CHECK(sources.line(id, 3) == "");
  CHECK(sources.line(id, 4) == "four");
  CHECK(sources.line(id, 5) == "");
}

TEST_CASE("a flood of warnings is bounded, counted, and hides no error") {
  Diagnostics found;
  for (std::size_t i = 0; i < Diagnostics::kMaxDiagnostics + 5; ++i) {
    found.add(make_diagnostic("GW1014", {}, "w"));
  }
  found.add(make_diagnostic("GW1009", {}, "e"));
  CHECK(found.warnings() == Diagnostics::kMaxDiagnostics + 5);
  CHECK(found.errors() == 1);
  CHECK(found.left_out() == 5);
  CHECK(found.all().size() == Diagnostics::kMaxDiagnostics + 1);
  SUBCASE("ignoring the code takes back those that were left out, too") {
    found.ignore("GW1014");
    CHECK(found.warnings() == 0);
    CHECK(found.left_out() == 0);
    CHECK(found.errors() == 1);
    CHECK(found.all().size() == 1);
  }
}

TEST_CASE("findings are sorted by place and equal places keep their order") {
  Diagnostics found;
  found.add(make_diagnostic("GW1004", Span{1, 1, 1, 1, 2}, "d"));
  found.add(make_diagnostic("GW1004", Span{0, 2, 1, 2, 2}, "c"));
  found.add(make_diagnostic("GW1009", Span{0, 1, 5, 1, 6}, "a"));
  found.add(make_diagnostic("GW1004", Span{0, 1, 5, 1, 6}, "b"));
  found.sort();
  std::string order;
  for (const auto& d : found.all()) order += d.message;
  CHECK(order == "abcd");
}

TEST_CASE("offsets become lines and columns in characters, in whatever order they are asked for") {
  const std::string text =
      "a\xC3\xA9"
      "b\r\n\nxyz";
  gw::config::Locator locator(0, text);
  CHECK(place(locator.span(7, 9)) == "3:1-3:3");
  CHECK(place(locator.span(3, 4)) == "1:3-1:4");
  CHECK(place(locator.span(0, 1)) == "1:1-1:2");
  CHECK(place(locator.span(1, 7)) == "1:2-3:1");
  CHECK(place(locator.span(6, 6)) == "2:1-2:1");
  CHECK(place(locator.span(8, 99)) == "3:2-3:4");
}

}  // namespace
