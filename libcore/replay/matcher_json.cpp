// match_json(): patterns against actual bodies, stopping at the first place that differs.
#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "replay/json.h"
#include "replay/matcher.h"

namespace gw::replay {
namespace {

using config::Node;
using Kind = JsonPattern::Kind;

std::string describe_pattern(const JsonPattern& pattern);

std::string describe_members(const JsonPattern& pattern) {
  std::string out;
  for (const auto& [name, member] : pattern.members) {
    if (!out.empty()) out += ',';
    out += fmt::format("{}:{}", quote_json(name), describe_pattern(member));
  }
  return '{' + out + '}';
}

std::string describe_items(const JsonPattern& pattern) {
  std::string out;
  for (const JsonPattern& item : pattern.items) {
    if (!out.empty()) out += ',';
    out += describe_pattern(item);
  }
  return out;
}

std::string describe_pattern(const JsonPattern& pattern) {
  switch (pattern.kind) {
    case Kind::any:
      return "anything";
    case Kind::absent:
      return "absent";
    case Kind::present:
      return "present";
    case Kind::literal:
      return write_json(pattern.literal);
    case Kind::object:
      return describe_members(pattern);
    case Kind::array:
      return '[' + describe_items(pattern) + ']';
    case Kind::one_of:
      return "one of " + describe_items(pattern);
    case Kind::rule:
      return describe(pattern.rule, 0);
  }
  return {};
}

// One comparison: the way to the place looked at, and what was found wrong there.
class Comparison {
 public:
  explicit Comparison(std::size_t repetition) : repetition_(repetition) {}

  // `actual` is nullptr when there is nothing at this place.
  [[nodiscard]] bool fits(const JsonPattern& pattern, const Node* actual, const std::string& path) {
    switch (pattern.kind) {
      case Kind::any:
        return true;
      case Kind::absent:
        return actual == nullptr || differs(pattern, actual, path);
      case Kind::present:
        return actual != nullptr || differs(pattern, actual, path);
      case Kind::object:
        return fits_object(pattern, actual, path);
      case Kind::array:
        return fits_array(pattern, actual, path);
      default:
        return fits_value(pattern, actual) || differs(pattern, actual, path);
    }
  }

  [[nodiscard]] const MatchResult& result() const { return result_; }

 private:
  bool differs(const JsonPattern& pattern, const Node* actual, const std::string& path) {
    result_ = {.ok = false,
               .where = pattern.where,
               .path = path,
               .expected = clip(describe_pattern(pattern)),
               .actual = actual == nullptr ? "absent" : clip(write_json(*actual))};
    return false;
  }

  bool fits_object(const JsonPattern& pattern, const Node* actual, const std::string& path) {
    if (actual == nullptr || !actual->is(config::Kind::mapping)) {
      return differs(pattern, actual, path);
    }
    return std::ranges::all_of(pattern.members, [&](const auto& member) {
      return fits(member.pattern, actual->find(member.name),
                  fmt::format("{}.{}", path, member.name));
    });
  }

  bool fits_array(const JsonPattern& pattern, const Node* actual, const std::string& path) {
    if (actual == nullptr || !actual->is(config::Kind::sequence) ||
        actual->items.size() != pattern.items.size()) {
      return differs(pattern, actual, path);
    }
    for (std::size_t i = 0; i < pattern.items.size(); ++i) {
      if (!fits(pattern.items[i], &actual->items[i], fmt::format("{}[{}]", path, i))) return false;
    }
    return true;
  }

  [[nodiscard]] bool fits_value(const JsonPattern& pattern, const Node* actual) const {
    if (actual == nullptr) return false;
    if (pattern.kind == Kind::literal) return equal_json(pattern.literal, *actual);
    if (pattern.kind == Kind::one_of) {
      return std::ranges::any_of(pattern.items, [actual](const JsonPattern& item) {
        return equal_json(item.literal, *actual);
      });
    }
    if (actual->is(config::Kind::mapping) || actual->is(config::Kind::sequence)) return false;
    const std::string text = scalar_text(*actual);
    const std::string_view view = text;
    return holds(pattern.rule, {&view, 1}, repetition_);
  }

  std::size_t repetition_;
  MatchResult result_;
};

}  // namespace

MatchResult match_json(const JsonMatcher& matcher, std::string_view body, std::size_t repetition) {
  const JsonPattern& pattern = matcher.at(repetition);
  if (pattern.kind == Kind::any) return {};
  Comparison comparison(repetition);
  if (body.empty()) {
    return comparison.fits(pattern, nullptr, {}) ? MatchResult{} : comparison.result();
  }
  const auto actual = parse_json(body);
  if (!actual) {
    return {.ok = false,
            .where = pattern.where,
            .path = {},
            .expected = clip(describe_pattern(pattern)),
            .actual = fmt::format("{}: {}", actual.error().message, clip(body))};
  }
  return comparison.fits(pattern, &*actual, {}) ? MatchResult{} : comparison.result();
}

}  // namespace gw::replay
