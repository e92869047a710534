#include "replay/matcher_reader.h"

#include <algorithm>
#include <array>
#include <memory>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"

namespace gw::replay {
namespace {

using config::Kind;
using config::Node;

// A mapping of matchers while it is read; `from` and `step` make one check together.
struct RuleDraft {
  MatchContext context;
  std::vector<Check> checks;
  std::optional<double> from;
  std::optional<double> step;
};

bool is_word(const Node& node, std::string_view word) {
  return node.is(Kind::string) && node.text == word;
}

std::string as_compared(std::string text, const MatchContext& context) {
  return context.header ? std::string(trim_ows(text)) : std::move(text);
}

std::vector<std::string> compared_texts(Reader& reader, const Place& at,
                                        const MatchContext& context) {
  auto texts = read_texts(reader, at);
  for (std::string& text : texts) text = as_compared(std::move(text), context);
  if (at.node.is(Kind::sequence) && at.node.items.empty()) {
    reader.report(Fault::bad_value, at, "an empty list matches nothing", "at least one value");
  }
  return texts;
}

std::optional<Check> read_pattern(Reader& reader, const Place& at) {
  const auto text = read_text(reader, at);
  if (!text) return std::nullopt;
  auto regex = Regex::compile(*text, {.ecmascript = true});
  if (!regex) {
    reader.report(Fault::bad_pattern, at,
                  fmt::format("the pattern does not compile: {}", regex.error().message),
                  "a regular expression");
    return std::nullopt;
  }
  return Matches{*text, std::make_shared<const Regex>(std::move(*regex))};
}

std::optional<Check> read_between(Reader& reader, const Place& at) {
  if (!at.node.is(Kind::sequence) || at.node.items.size() != 2) {
    reader.report(Fault::wrong_type, at, "must be a list of two numbers", "[low, high]");
    return std::nullopt;
  }
  const auto low = read_number(reader, at.item(0));
  const auto high = read_number(reader, at.item(1));
  if (!low || !high) return std::nullopt;
  if (*low > *high) {
    reader.report(Fault::bad_value, at, "the first number is above the second", "[low, high]",
                  fmt::format("[{}, {}]", format_number(*high), format_number(*low)));
    return std::nullopt;
  }
  return Between{low, high};
}

void add(RuleDraft& out, std::optional<Check> check) {
  if (check) out.checks.push_back(std::move(*check));
}

constexpr std::array<Key<RuleDraft>, 9> kChecks{{
    {"matches", [](Reader& r, const Place& at, RuleDraft& out) { add(out, read_pattern(r, at)); }},
    {"equals",
     [](Reader& r, const Place& at, RuleDraft& out) {
       if (auto text = read_text(r, at)) add(out, Equals{as_compared(*text, out.context)});
     }},
    {"between", [](Reader& r, const Place& at, RuleDraft& out) { add(out, read_between(r, at)); }},
    {"at_least",
     [](Reader& r, const Place& at, RuleDraft& out) {
       if (const auto low = read_number(r, at)) add(out, Between{low, std::nullopt});
     }},
    {"at_most",
     [](Reader& r, const Place& at, RuleDraft& out) {
       if (const auto high = read_number(r, at)) add(out, Between{std::nullopt, high});
     }},
    {"one_of", [](Reader& r, const Place& at,
                  RuleDraft& out) { add(out, OneOf{compared_texts(r, at, out.context)}); }},
    {"all", [](Reader& r, const Place& at,
               RuleDraft& out) { add(out, AllOf{compared_texts(r, at, out.context)}); }},
    {"from", [](Reader& r, const Place& at, RuleDraft& out) { out.from = read_number(r, at); }},
    {"step", [](Reader& r, const Place& at, RuleDraft& out) { out.step = read_number(r, at); }},
}};
// `all`, `from` and `step` make no sense of a sum.
constexpr std::array kCountChecks{kChecks[0], kChecks[1], kChecks[2],
                                  kChecks[3], kChecks[4], kChecks[5]};

void finish_counting(Reader& reader, const Place& at, RuleDraft& draft) {
  const bool from = at.node.find("from") != nullptr;
  const bool step = at.node.find("step") != nullptr;
  if (from != step) report_missing(reader, at, from ? "step" : "from");
  if (draft.from && draft.step) draft.checks.emplace_back(Counting{*draft.from, *draft.step});
}

std::vector<Check> read_checks(Reader& reader, const Place& at, const MatchContext& context) {
  RuleDraft draft{.context = context, .checks = {}, .from = {}, .step = {}};
  if (at.node.members.empty()) {
    reader.report(Fault::bad_value, at, "an empty mapping says nothing", "a matcher",
                  "{matches: ...}");
  } else if (context.count) {
    read_keys(reader, at, kCountChecks, "a matcher of a sum", draft);
  } else {
    read_keys(reader, at, kChecks, "a matcher", draft);
    finish_counting(reader, at, draft);
  }
  return std::move(draft.checks);
}

std::optional<Rule> read_rule(Reader& reader, const Place& at, const MatchContext& context) {
  const std::size_t before = reader.errors();
  Rule rule{.checks = {}, .where = at.node.where};
  const bool speaks_of_presence = is_word(at.node, "absent") || is_word(at.node, "present");
  if (at.node.is(Kind::mapping)) {
    rule.checks = read_checks(reader, at, context);
  } else if (speaks_of_presence && context.count) {
    reader.report(Fault::bad_value, at, "a sum is always there", "a number or a matcher");
  } else if (speaks_of_presence) {
    rule.checks.push_back(at.node.text == "absent" ? Check{Absent{}} : Check{Present{}});
  } else if (at.node.is(Kind::sequence)) {
    reader.report(Fault::wrong_type, at,
                  context.count ? "lists are not allowed in traffic expectations"
                                : "a list within a list of values a repetition",
                  "a string, number or mapping",
                  context.header ? "{all: [...]} for a repeated header field" : "");
  } else if (auto text = read_text(reader, at)) {
    rule.checks.emplace_back(Equals{as_compared(std::move(*text), context)});
  }
  if (reader.errors() != before) return std::nullopt;
  return rule;
}

// The matchers that stand for themselves inside `json`, as the only key of a mapping.
const config::Member* only_check(const Node& node) {
  static constexpr std::array<std::string_view, 7> kNames{
      "matches", "equals", "between", "at_least", "at_most", "one_of", "all"};
  if (!node.is(Kind::mapping) || node.members.size() != 1) return nullptr;
  const config::Member& member = node.members.front();
  return std::ranges::find(kNames, member.key) == kNames.end() ? nullptr : &member;
}

JsonPattern literal(const Node& node) {
  JsonPattern out;
  out.kind = JsonPattern::Kind::literal;
  out.literal = node;
  out.where = node.where;
  return out;
}

JsonPattern read_pattern_of_json(Reader& reader, const Place& at);

std::vector<JsonPattern> read_alternatives(Reader& reader, const Place& at) {
  std::vector<JsonPattern> out;
  if (!at.node.is(Kind::sequence) || at.node.items.empty()) {
    reader.report(Fault::wrong_type, at, "must be a list with at least one value", "a list");
    return out;
  }
  for (const Node& item : at.node.items) out.push_back(literal(item));
  return out;
}

JsonPattern read_json_check(Reader& reader, const Place& at, const config::Member& check) {
  const Place value = at.member(check);
  if (check.key == "equals" || check.key == "all") return literal(value.node);
  JsonPattern out;
  out.where = at.node.where;
  if (check.key == "one_of") {
    out.kind = JsonPattern::Kind::one_of;
    out.items = read_alternatives(reader, value);
    return out;
  }
  out.kind = JsonPattern::Kind::rule;
  out.rule.where = at.node.where;
  out.rule.checks = read_checks(reader, at, {});
  return out;
}

JsonPattern read_pattern_of_json(Reader& reader, const Place& at) {
  if (const config::Member* check = only_check(at.node)) return read_json_check(reader, at, *check);
  JsonPattern out;
  out.where = at.node.where;
  if (at.node.is(Kind::mapping)) {
    out.kind = JsonPattern::Kind::object;
    for (const config::Member& member : at.node.members) {
      out.members.push_back({member.key, read_pattern_of_json(reader, at.member(member))});
    }
  } else if (at.node.is(Kind::sequence)) {
    out.kind = JsonPattern::Kind::array;
    for (std::size_t i = 0; i < at.node.items.size(); ++i) {
      out.items.push_back(read_pattern_of_json(reader, at.item(i)));
    }
  } else if (is_word(at.node, "absent")) {
    out.kind = JsonPattern::Kind::absent;
  } else if (is_word(at.node, "present")) {
    out.kind = JsonPattern::Kind::present;
  } else {
    return literal(at.node);
  }
  return out;
}

}  // namespace

bool is_any(const Node& node) {
  return is_word(node, "any");
}

bool fits_times(Reader& reader, const Place& list, std::uint64_t times) {
  if (list.node.items.size() == times) return true;
  reader.report(Fault::list_length, list,
                fmt::format("a list of {} for {} repetition{}", list.node.items.size(), times,
                            times == 1 ? "" : "s"),
                fmt::format("one value a repetition: {}", times));
  return false;
}

std::optional<Matcher> read_matcher(Reader& reader, const Place& at, const MatchContext& context) {
  Matcher out{.rules = {}, .where = at.node.where};
  if (!at.node.is(Kind::sequence) || context.count) {
    auto rule = read_rule(reader, at, context);
    if (!rule) return std::nullopt;
    out.rules.push_back(std::move(*rule));
    return out;
  }
  if (!fits_times(reader, at, context.times)) return std::nullopt;
  const std::size_t before = reader.errors();
  for (std::size_t i = 0; i < at.node.items.size(); ++i) {
    const Node& item = at.node.items[i];
    auto rule = is_any(item) ? Rule{.checks = {}, .where = item.where}
                             : read_rule(reader, at.item(i), context).value_or(Rule{});
    out.rules.push_back(std::move(rule));
  }
  if (reader.errors() != before) return std::nullopt;
  return out;
}

std::optional<JsonMatcher> read_json_matcher(Reader& reader, const Place& at,
                                             const MatchContext& context) {
  JsonMatcher out{.patterns = {}, .where = at.node.where};
  const std::size_t before = reader.errors();
  if (!at.node.is(Kind::sequence)) {
    out.patterns.push_back(read_pattern_of_json(reader, at));
  } else if (fits_times(reader, at, context.times)) {
    for (std::size_t i = 0; i < at.node.items.size(); ++i) {
      const bool any = is_any(at.node.items[i]);
      out.patterns.push_back(any ? JsonPattern{} : read_pattern_of_json(reader, at.item(i)));
    }
  }
  if (reader.errors() != before) return std::nullopt;
  return out;
}

JsonMatcher read_exact_json(const Place& at) {
  return {.patterns = {literal(at.node)}, .where = at.node.where};
}

}  // namespace gw::replay
