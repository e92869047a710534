#include "replay/matcher.h"

#include <algorithm>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/text.h"

namespace gw::replay {
namespace {

using Values = std::span<const std::string_view>;

std::string text_at(const Counting& counting, std::size_t repetition) {
  return format_number(counting.from + counting.step * static_cast<double>(repetition));
}

// Whether a check holds; all but the first two and AllOf want exactly one value.
struct Holds {
  Values values;
  std::size_t repetition;

  [[nodiscard]] bool is(std::string_view text) const {
    return values.size() == 1 && values.front() == text;
  }
  bool operator()(const Absent&) const { return values.empty(); }
  bool operator()(const Present&) const { return !values.empty(); }
  bool operator()(const Equals& check) const { return is(check.text); }
  bool operator()(const Matches& check) const {
    return values.size() == 1 && check.regex->search(values.front());
  }
  bool operator()(const Between& check) const {
    if (values.size() != 1) return false;
    const auto number = parse_number(values.front());
    return number && (!check.low || *number >= *check.low) &&
           (!check.high || *number <= *check.high);
  }
  bool operator()(const OneOf& check) const {
    return std::ranges::any_of(check.texts, [this](const auto& text) { return is(text); });
  }
  bool operator()(const AllOf& check) const { return std::ranges::equal(values, check.texts); }
  bool operator()(const Counting& check) const { return is(text_at(check, repetition)); }
};

struct Describe {
  std::size_t repetition;

  std::string operator()(const Absent&) const { return "absent"; }
  std::string operator()(const Present&) const { return "present"; }
  std::string operator()(const Equals& check) const { return check.text; }
  std::string operator()(const Matches& check) const {
    return fmt::format("matches {}", check.pattern);
  }
  std::string operator()(const Between& check) const {
    if (!check.high) return fmt::format("at least {}", format_number(check.low.value_or(0)));
    if (!check.low) return fmt::format("at most {}", format_number(*check.high));
    return fmt::format("between {} and {}", format_number(*check.low), format_number(*check.high));
  }
  std::string operator()(const OneOf& check) const {
    return fmt::format("one of {}", fmt::join(check.texts, ", "));
  }
  std::string operator()(const AllOf& check) const {
    return fmt::format("{} values: {}", check.texts.size(), fmt::join(check.texts, ", "));
  }
  std::string operator()(const Counting& check) const { return text_at(check, repetition); }
};

std::string describe_values(Values values) {
  if (values.empty()) return "absent";
  if (values.size() == 1) return clip(values.front());
  return clip(fmt::format("{} values: {}", values.size(), fmt::join(values, ", ")));
}

}  // namespace

std::string clip(std::string_view text) {
  if (text.size() <= kMaxShown) return std::string(text);
  std::size_t end = kMaxShown;
  // Not inside a UTF-8 sequence: its tail octets are 10xxxxxx.
  while (end > 0 && (static_cast<unsigned char>(text[end]) & 0xC0U) == 0x80U) --end;
  return fmt::format("{}... ({} bytes)", text.substr(0, end), text.size());
}

std::string describe(const Rule& rule, std::size_t repetition) {
  std::string out;
  for (const Check& check : rule.checks) {
    if (!out.empty()) out += " and ";
    out += std::visit(Describe{repetition}, check);
  }
  return rule.checks.empty() ? "anything" : clip(out);
}

bool holds(const Rule& rule, std::span<const std::string_view> values, std::size_t repetition) {
  return std::ranges::all_of(rule.checks, [&](const Check& check) {
    return std::visit(Holds{values, repetition}, check);
  });
}

MatchResult match(const Matcher& matcher, std::span<const std::string_view> values,
                  std::size_t repetition) {
  const Rule& rule = matcher.at(repetition);
  if (holds(rule, values, repetition)) return {};
  return {.ok = false,
          .where = rule.where,
          .path = {},
          .expected = describe(rule, repetition),
          .actual = describe_values(values)};
}

MatchResult match(const Matcher& matcher, std::string_view value, std::size_t repetition) {
  return match(matcher, Values(&value, 1), repetition);
}

}  // namespace gw::replay
