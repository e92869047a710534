#include <initializer_list>
#include <string>
#include <string_view>

#include <doctest/doctest.h>

#include "reading.h"
#include "replay/json.h"
#include "replay/matcher.h"

using namespace gw::replay;
using gw::replay::testing::expectation;

namespace {

struct Row {
  std::string value;   // as the scenario writes it
  std::string actual;  // the body
  bool ok;
  const char* path = "";
  const char* expected = "";
  const char* seen = "";
};

void check(const Row& row, const std::optional<JsonMatcher>& matcher) {
  CAPTURE(row.value);
  CAPTURE(row.actual);
  REQUIRE(matcher.has_value());
  const auto got = match_json(*matcher, row.actual, 0);
  CHECK(got.ok == row.ok);
  CHECK(got.path == row.path);
  CHECK(got.expected == row.expected);
  CHECK(got.actual == row.seen);
}

}  // namespace

TEST_CASE("`json` finds a subset, with matchers as the only key of a mapping") {
  for (const Row& row : std::initializer_list<Row>{
           {"{a: 1}", R"({"a":1,"b":2})", true},
           {"{a: 1}", R"({"a":1.0})", true},
           {"{a: 1e2}", R"({"a":100})", true},
           {"{a: 1}", R"({"a":"1"})", false, ".a", "1", "\"1\""},
           {"{a: \"1\"}", R"({"a":1})", false, ".a", "\"1\"", "1"},
           {"{a: 9007199254740993}", R"({"a":9007199254740992})", false, ".a", "9007199254740993",
            "9007199254740992"},
           {"{a: true, b: ~}", R"({"b":null,"a":true})", true},
           {"{a: ~}", R"({})", false, ".a", "null", "absent"},
           {"{a: absent}", R"({"b":1})", true},
           {"{a: absent}", R"({"a":null})", false, ".a", "absent", "null"},
           {"{a: present}", R"({"a":null})", true},
           {"{a: present}", R"({})", false, ".a", "present", "absent"},
           {"{a: {b: {c: x}}}", R"({"a":{"b":{"c":"x","d":1}}})", true},
           {"{a: {b: {c: x}}}", R"({"a":{"b":{"c":"y"}}})", false, ".a.b.c", "\"x\"", "\"y\""},
           {"{a: {b: x}}", R"({"a":[1]})", false, ".a", R"({"b":"x"})", "[1]"},
           {"{a: [1, {b: 2}]}", R"({"a":[1,{"b":2,"c":3}]})", true},
           {"{a: [1, {b: 2}]}", R"({"a":[1,{"b":3}]})", false, ".a[1].b", "2", "3"},
           {"{a: [1]}", R"({"a":[1,2]})", false, ".a", "[1]", "[1,2]"},
           {"{a: [any]}", R"({"a":[1]})", false, ".a[0]", "\"any\"", "1"},
           {"{a: {matches: ^x}}", R"({"a":"xy"})", true},
           {"{a: {matches: ^x}}", R"({"a":"yx"})", false, ".a", "matches ^x", "\"yx\""},
           {"{a: {matches: ^1}}", R"({"a":12})", true},
           {"{a: {matches: x}}", R"({"a":["x"]})", false, ".a", "matches x", "[\"x\"]"},
           {"{a: {at_least: 3}}", R"({"a":3})", true},
           {"{a: {between: [1, 2]}}", R"({"a":3})", false, ".a", "between 1 and 2", "3"},
           {"{a: {one_of: [1, {b: 2}]}}", R"({"a":{"b":2}})", true},
           {"{a: {one_of: [1, {b: 2}]}}", R"({"a":2})", false, ".a", R"(one of 1,{"b":2})", "2"},
           {"{a: {equals: {matches: x}}}", R"({"a":{"matches":"x"}})", true},
           {"{a: {equals: {b: 1}}}", R"({"a":{"b":1,"c":2}})", false, ".a", R"({"b":1})",
            R"({"b":1,"c":2})"},
           {"{a: {equals: absent}}", R"({"a":"absent"})", true},
           {"{a: {all: [1, 2]}}", R"({"a":[1,2]})", true},
           {"{a: {from: 1, step: 2}}", R"({"a":{"step":2,"from":1}})", true},
           {"x", R"("x")", true},
           {"{a: 1}", "", false, "", R"({"a":1})", "absent"},
           {"absent", "", true},
       }) {
    check(row, expectation("{json: " + row.value + "}").json);
  }
}

TEST_CASE("`json_exact` is the whole body, literally, whatever the order of its keys") {
  for (const Row& row : std::initializer_list<Row>{
           {"{a: 1, b: [1, 2]}", R"({"b":[1,2],"a":1})", true},
           {"{a: 1}", R"({"a":1,"b":2})", false, "", R"({"a":1})", R"({"a":1,"b":2})"},
           {"[1, 2]", "[1,2]", true},
           {"[1, 2]", "[2,1]", false, "", "[1,2]", "[2,1]"},
           {"{matches: x}", R"({"matches":"x"})", true},
           {"{a: absent}", R"({"a":"absent"})", true},
           {"{a: absent}", "{}", false, "", R"({"a":"absent"})", "{}"},
       }) {
    check(row, expectation("{json_exact: " + row.value + "}").json_exact);
  }
}

TEST_CASE("a top-level list under `json` is one pattern a repetition") {
  const auto json = expectation("{json: [{a: 1}, any, [5]]}", 3).json;
  REQUIRE(json.has_value());
  CHECK(match_json(*json, R"({"a":1})", 0).ok);
  CHECK_FALSE(match_json(*json, R"({"a":2})", 0).ok);
  CHECK(match_json(*json, "no JSON at all", 1).ok);
  CHECK(match_json(*json, "[5]", 2).ok);
  CHECK_FALSE(match_json(*json, "5", 2).ok);
}

TEST_CASE("a body that is no JSON says so, with where and what") {
  const auto json = expectation("{json: {a: 1}}").json;
  const auto got = match_json(*json, "{\"a\":1,}", 0);
  CHECK_FALSE(got.ok);
  CHECK(got.expected == R"({"a":1})");
  CHECK(got.actual.starts_with("not JSON: "));
  CHECK(got.actual.ends_with("{\"a\":1,}"));
  CHECK_FALSE(match_json(*json, std::string(100000, '['), 0).ok);
}

TEST_CASE("JSON is written compact, escaped, with its own numbers") {
  for (const char* text : {R"({"a":[1,2.50,-3,1e5],"b":{"c":null,"d":true},"e":"\"\\\n\t\u0001"})",
                           "[]", "{}", "\"\"", "0"}) {
    CAPTURE(text);
    const auto node = parse_json(text);
    if (!node) continue;  // the reader refuses control characters
    CHECK(write_json(*node) == text);
  }
  CHECK(quote_json("a\"\\\n\x01\xC3\xA4") == "\"a\\\"\\\\\\n\\u0001\xC3\xA4\"");
  gw::config::Node yaml = gw::config::make_number(31);
  yaml.text = "0x1F";
  CHECK(write_json(yaml) == "31");
  CHECK(write_json(gw::config::make_number(2.5)) == "2.5");
}
