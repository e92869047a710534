#include "replay/matcher.h"

#include <initializer_list>
#include <string>
#include <string_view>
#include <vector>

#include <doctest/doctest.h>

#include "reading.h"
#include "replay/expectation.h"

using namespace gw::replay;
using gw::replay::testing::expectation;

namespace {

struct Row {
  std::string value;                     // as the scenario writes it
  std::vector<std::string_view> actual;  // the lines of the field
  bool ok;
  const char* expected = "";
  const char* seen = "";
};

MatchResult judge(std::string_view value, const std::vector<std::string_view>& actual,
                  int times = 1, std::size_t repetition = 0) {
  const auto expected = expectation("{headers: {X: " + std::string(value) + "}}", times);
  REQUIRE(expected.headers.size() == 1);
  return match(expected.headers[0].value, actual, repetition);
}

}  // namespace

TEST_CASE("a value matches as the format says") {
  for (const Row& row : std::initializer_list<Row>{
           {"3", {"3"}, true},
           {"3", {"3.0"}, false, "3", "3.0"},
           {"3.0", {"3"}, true},
           {"2.50", {"2.5"}, true},
           {"1e15", {"1e+15"}, true},
           {"100000000000000", {"1e+14"}, true},
           {"\"3.0\"", {"3.0"}, true},
           {"\"true\"", {"true"}, true},
           {"abc", {"abc"}, true},
           {"abc", {"Abc"}, false, "abc", "Abc"},
           {"abc", {}, false, "abc", "absent"},
           {"abc", {"abc", "abc"}, false, "abc", "2 values: abc, abc"},
           {"\" a\t\"", {"a"}, true},
           {"\"\"", {""}, true},
           {"\"\"", {}, false, "", "absent"},
           {"absent", {}, true},
           {"absent", {""}, false, "absent", ""},
           {"present", {"x"}, true},
           {"present", {"x", "y"}, true},
           {"present", {}, false, "present", "absent"},
           {"any", {"other"}, false, "any", "other"},
           {"{equals: absent}", {"absent"}, true},
           {"{matches: b+}", {"abbc"}, true},
           {"{matches: ^b+$}", {"abbc"}, false, "matches ^b+$", "abbc"},
           {"{matches: x}", {}, false, "matches x", "absent"},
           {"{matches: '\\u0041'}", {"A"}, true},
           {"{between: [3, 5]}", {"3"}, true},
           {"{between: [3, 5]}", {"5.0"}, true},
           {"{between: [3, 5]}", {"5.01"}, false, "between 3 and 5", "5.01"},
           {"{between: [3, 5]}", {"4a"}, false, "between 3 and 5", "4a"},
           {"{between: [3, 5]}", {"0x4"}, false, "between 3 and 5", "0x4"},
           {"{at_least: 3}", {"3"}, true},
           {"{at_least: 3}", {"2.9"}, false, "at least 3", "2.9"},
           {"{at_most: -1}", {"-1"}, true},
           {"{at_most: -1}", {"0"}, false, "at most -1", "0"},
           {"{at_most: 3}", {}, false, "at most 3", "absent"},
           {"{at_least: 3, at_most: 5}", {"6"}, false, "at least 3 and at most 5", "6"},
           {"{one_of: [3, abc]}", {"abc"}, true},
           {"{one_of: [3, abc]}", {"3"}, true},
           {"{one_of: [3, abc]}", {"4"}, false, "one of 3, abc", "4"},
           {"{all: [a, b]}", {"a", "b"}, true},
           {"{all: [a, b]}", {"b", "a"}, false, "2 values: a, b", "2 values: b, a"},
           {"{all: [a]}", {"a"}, true},
           {"{all: [a, b]}", {"a, b"}, false, "2 values: a, b", "a, b"},
           {"{from: 199, step: -1}", {"199"}, true},
           {"{from: 199, step: -1}", {"198"}, false, "199", "198"},
       }) {
    CAPTURE(row.value);
    const auto got = judge(row.value, row.actual);
    CHECK(got.ok == row.ok);
    CHECK(got.expected == row.expected);
    CHECK(got.actual == row.seen);
  }
}

TEST_CASE("a list has one value a repetition, and `any` is not checked") {
  constexpr std::string_view kList = "[2, any, {at_least: 7}, absent]";
  CHECK(judge(kList, {"2"}, 4, 0).ok);
  CHECK_FALSE(judge(kList, {"3"}, 4, 0).ok);
  CHECK(judge(kList, {"whatever"}, 4, 1).ok);
  CHECK(judge(kList, {}, 4, 1).ok);
  CHECK(judge(kList, {"8"}, 4, 2).ok);
  CHECK(judge(kList, {"6"}, 4, 2).expected == "at least 7");
  CHECK(judge(kList, {}, 4, 3).ok);
}

TEST_CASE("`from` counts per repetition by `step`") {
  for (std::size_t i = 0; i < 4; ++i) {
    CAPTURE(i);
    const std::string value = std::to_string(199 - i);
    CHECK(judge("{from: 199, step: -1}", {value}, 4, i).ok);
  }
  CHECK(judge("{from: 1, step: 0.5}", {"2.5"}, 4, 3).ok);
}

TEST_CASE("a failure names the place of the value that was not kept") {
  const auto got = gw::replay::testing::read(gw::replay::testing::with_step(
      "  - send: GET /\n    times: 2\n    expect:\n      headers:\n        X:\n          - 1\n"
      "          - 2"));
  REQUIRE(got.scenarios.size() == 1);
  const auto& value = got.scenarios[0].steps[0].expect.headers[0].value;
  const std::string_view wrong = "9";
  CHECK(match(value, wrong, 0).where.line == 9);
  CHECK(match(value, wrong, 1).where.line == 10);
  CHECK(match(value, wrong, 1).where.column == 13);
}

TEST_CASE("a long value is shown clipped, never inside a character") {
  const std::string text = std::string(kMaxShown - 1, 'a') + "\xC3\xA4" + "tail";
  CHECK(clip(text) == std::string(kMaxShown - 1, 'a') + "... (2053 bytes)");
  CHECK(clip("short") == "short");
}
