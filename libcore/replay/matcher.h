// What one value of an answer must be: a scalar, absent, a list with one rule a repetition, ...
//
// The values are what scenario-format.md "What a value matches" describes; the reader makes them
// (matcher_reader.h), match() judges by them. Copies are cheap enough: compiled patterns are
// shared.
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/regex.h"
#include "config/tree.h"

namespace gw::replay {

struct Absent {};
struct Present {};
struct Equals {
  std::string text;
};
struct Matches {
  std::string pattern;
  std::shared_ptr<const Regex> regex;
};
// The value as a decimal number, both ends included; at_least and at_most leave one end open.
struct Between {
  std::optional<double> low;
  std::optional<double> high;
};
struct OneOf {
  std::vector<std::string> texts;
};
// The lines of a repeated header field, in order.
struct AllOf {
  std::vector<std::string> texts;
};
// from, from + step, from + 2 * step, ...: one value a repetition.
struct Counting {
  double from = 0;
  double step = 0;
};
using Check = std::variant<Absent, Present, Equals, Matches, Between, OneOf, AllOf, Counting>;

// All checks must hold; a rule without checks (`any`) always holds.
struct Rule {
  std::vector<Check> checks;
  config::Span where;
};

// One rule for every repetition, or one a repetition.
struct Matcher {
  std::vector<Rule> rules;
  config::Span where;

  [[nodiscard]] const Rule& at(std::size_t repetition) const {
    return rules.size() == 1 ? rules.front() : rules.at(repetition);
  }
};

struct JsonMember;

// A JSON value to be found in (or to be equal to) an actual one.
struct JsonPattern {
  enum class Kind : std::uint8_t {
    any,
    absent,   // the member is not there
    present,  // the member is there, whatever its value
    literal,  // equal to `literal`: numbers by value, the order of keys does not matter
    object,   // every one of `members` is found; others may be there
    array,    // as many `items`, each found in its place
    one_of,   // one of `items`
    rule,     // the text of a string, number or boolean keeps `rule`
  };
  Kind kind = Kind::any;
  config::Node literal;
  std::vector<JsonMember> members;
  std::vector<JsonPattern> items;
  Rule rule;
  config::Span where;
};

struct JsonMember {
  std::string name;
  JsonPattern pattern;
};

// One pattern for every repetition, or one a repetition.
struct JsonMatcher {
  std::vector<JsonPattern> patterns;
  config::Span where;

  [[nodiscard]] const JsonPattern& at(std::size_t repetition) const {
    return patterns.size() == 1 ? patterns.front() : patterns.at(repetition);
  }
};

// The verdict; the texts are filled only for a mismatch, clipped to kMaxShown bytes, not escaped.
struct MatchResult {
  bool ok = true;
  config::Span where;    // of the rule that was not kept
  std::string path;      // inside a JSON body: ".headers.x-a[0]"; else empty
  std::string expected;  // "14", "absent", "between 3 and 5"
  std::string actual;    // "13", "absent", "2 values: a, b"

  explicit operator bool() const { return ok; }
};

// Of a value in a report; a longer one ends in "... (N bytes)".
inline constexpr std::size_t kMaxShown = 2048;

// `values`: none when the value is absent, several for a repeated header field. `repetition` counts
// from 0. Values are compared as they stand: trimming is the caller's.
[[nodiscard]] MatchResult match(const Matcher& matcher, std::span<const std::string_view> values,
                                std::size_t repetition);
[[nodiscard]] MatchResult match(const Matcher& matcher, std::string_view value,
                                std::size_t repetition);
// `body` as it came; one that is no JSON matches nothing but `any`, an empty one is `absent`.
[[nodiscard]] MatchResult match_json(const JsonMatcher& matcher, std::string_view body,
                                     std::size_t repetition);

[[nodiscard]] bool holds(const Rule& rule, std::span<const std::string_view> values,
                         std::size_t repetition);
// The rule in words, at `repetition`.
[[nodiscard]] std::string describe(const Rule& rule, std::size_t repetition);
// `text`, or its first kMaxShown bytes and its length.
[[nodiscard]] std::string clip(std::string_view text);

}  // namespace gw::replay
