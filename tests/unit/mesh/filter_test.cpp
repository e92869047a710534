#include "mesh/filter.h"

#include <string>
#include <vector>

#include <doctest/doctest.h>

#include "mesh/intention_body.h"

namespace gw::mesh {
namespace {

constexpr std::string_view kPrefix = "Failed to create boolean expression evaluator: ";

// What Consul 1.8.7 was seen to answer to `filter=` on intentions.
std::string fault(std::string_view text) {
  const auto filter = Filter::parse(text, intention_shape());
  if (filter) return "none";
  CHECK(filter.error().message.starts_with(kPrefix));
  return filter.error().message.substr(kPrefix.size());
}

bool matches(std::string_view text, const Json& element) {
  const auto filter = Filter::parse(text);
  REQUIRE_MESSAGE(filter, std::string(text));
  return filter->matches(element);
}

const Json kElement{{"SourceName", "web"},       {"Precedence", 9},
                    {"Enabled", true},           {"Meta", {{"env", "prod"}, {"", "x"}}},
                    {"Tags", {"v1", "primary"}}, {"Checks", {{{"Name", "a"}}, {{"Name", "b"}}}},
                    {"None", Json::array()}};

}  // namespace

TEST_CASE("filters select") {
  for (const char* text : {"",
                           "SourceName==web",
                           "SourceName == \"web\"",
                           "SourceName == `web`",
                           "SourceName != api",
                           "we in SourceName",
                           "SourceName contains eb",
                           "SourceName not contains x",
                           "x not in SourceName",
                           "SourceName matches `^w.b$`",
                           "SourceName not matches `^a`",
                           "Precedence == 9",
                           "Precedence != 8",
                           "Enabled == true",
                           "Meta.env == prod",
                           "Meta[\"env\"] == prod",
                           "Meta.nope != x",
                           "env in Meta",
                           "\"\" in Meta",
                           "Meta is not empty",
                           "Tags contains v1",
                           "primary in Tags",
                           "None is empty",
                           "Checks.Name == b",
                           "SourceName == api or Precedence == 9",
                           "SourceName == web and Precedence == 9",
                           "not SourceName == api",
                           "not not SourceName == web",
                           "(((SourceName==web)))",
                           " ( SourceName == web ) ",
                           "not (SourceName == api or SourceName == db)",
                           "SourceName == web or SourceName == x and Precedence == 5"}) {
    CHECK_MESSAGE(matches(text, kElement), text);
  }
  for (const char* text :
       {"SourceName==api", "SourceName != web", "x in SourceName", "Precedence == 8",
        "Meta.nope == x", "nope in Meta", "Meta is empty", "None is not empty", "v2 in Tags",
        "Checks.Name == c", "SourceName matches `^eb`",
        "(SourceName == web or SourceName == x) and Precedence == 5"}) {
    CHECK_MESSAGE(!matches(text, kElement), text);
  }
}

TEST_CASE("what a filter cannot ask is worded as Consul's") {
  CHECK(fault("SourceName is empty") ==
        R"(Invalid match operator "Is Empty" for selector "SourceName")");
  CHECK(fault("Foo == 1") == R"(Selector "Foo" is not valid)");
  CHECK(fault("sourcename == n") == R"(Selector "sourcename" is not valid)");
  CHECK(fault("CreateIndex==13") == R"(Selector "CreateIndex" is not valid)");
  CHECK(fault("SourceName.a == x") == R"(Selector "SourceName.a" is not valid)");
  CHECK(fault("Meta == x") == R"(Invalid match operator "Equal" for selector "Meta")");
  CHECK(fault("Meta.foo is empty") ==
        R"(Invalid match operator "Is Empty" for selector "Meta.foo")");
  CHECK(fault("Precedence matches 9") ==
        R"(Invalid match operator "Matches" for selector "Precedence")");
  CHECK(fault("Precedence==x") ==
        "Failed to coerce value \"x\" for selector \"Precedence\": strconv.ParseInt: parsing "
        "\"x\": invalid syntax");
  CHECK(fault("SourceName matches \"[\"")
            .starts_with("Failed to compile regular expression \"[\": error parsing regexp: "));
}

TEST_CASE("what is no filter is worded as Consul's parser words it") {
  struct Row {
    const char* text;
    const char* message;
  };
  for (
      const Row& row : {
          Row{"SourceName",
              R"(1:11 (10): no match found, expected: "!=", ".", "==", "[", [ \t\r\n] or [a-zA-Z0-9_])"},
          Row{"SourceName ==",
              R"(1:14 (13): no match found, expected: "-", "0", "\"", "`", [ \t\r\n], [1-9] or [a-zA-Z])"},
          Row{"(SourceName == n", R"(1:17 (16): rule "grouping": Unmatched parentheses)"},
          Row{"SourceName == n)",
              R"(1:16 (15): no match found, expected: ".", "[", [ \t\r\n], [a-zA-Z0-9_] or EOF)"},
          Row{"Precedence in 9", R"(1:15 (14): rule "match": Invalid selector)"},
          Row{"SourceName == n AND SourceName == n",
              R"(1:17 (16): no match found, expected: "and", "or", [ \t\r\n] or EOF)"},
          Row{"SourceName == n and", R"(1:20 (19): no match found, expected: [ \t\r\n])"},
          Row{"SourceName = n",
              R"(1:12 (11): no match found, expected: "!=", "==", "contains", "in", "is", "matches", "not" or [ \t\r\n])"},
          Row{"SourceName == n-5",
              R"(1:16 (15): no match found, expected: ".", "[", [ \t\r\n], [a-zA-Z0-9_] or EOF)"},
          Row{"SourceName == \"a\\\"b\"", R"(1:15 (14): rule "string": invalid syntax)"},
          Row{" ",
              R"(1:2 (1): no match found, expected: "(", "-", "0", "\"", "`", "not", [ \t\r\n], [1-9] or [a-zA-Z])"},
          Row{"SourceName==n SourceName==n",
              R"(1:15 (14): no match found, expected: "and", "or", [ \t\r\n] or EOF)"},
          Row{"5 == 5", R"(1:3 (2): no match found, expected: "in", "not" or [ \t\r\n])"},
          Row{"SourceName not == n",
              R"(1:16 (15): no match found, expected: "contains", "in", "matches" or [ \t\r\n])"},
          Row{"SourceName==\"n", R"(1:15 (14): rule "string": Unterminated string literal)"},
          Row{"SourceName[0] == x", R"(1:12 (11): rule "index": Invalid index)"},
          Row{"/a == b",
              R"(1:1 (0): no match found, expected: "(", "-", "0", "\"", "`", "not", [ \t\r\n], [1-9] or [a-zA-Z])"},
          Row{"SourceName is \"n\"",
              R"(1:15 (14): no match found, expected: "empty", "not" or [ \t\r\n])"},
      }) {
    CHECK_MESSAGE(fault(row.text) == row.message, row.text);
  }
}

TEST_CASE("a filter's length and depth are bounded, and its time is not exponential") {
  CHECK(fault(std::string(5000, ' ')) == "the filter is too long");
  const auto nested = [](std::size_t depth) {
    return std::string(depth, '(') + "SourceName == n" + std::string(depth, ')');
  };
  CHECK(fault(nested(1000)) == "the filter is nested too deeply");
  CHECK(fault(nested(50)) == "none");
  CHECK(fault(nested(50) + ")").starts_with("1:116 (115): no match found"));
  std::string chain = "SourceName == n";
  while (chain.size() < 4000) chain += " and SourceName == n";
  CHECK(fault(chain) == "none");
}

}  // namespace gw::mesh
