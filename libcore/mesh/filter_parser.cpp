#include "mesh/filter_parser.h"

#include <algorithm>
#include <array>
#include <map>
#include <optional>
#include <set>
#include <utility>

#include <fmt/format.h>

#include "mesh/filter_scanner.h"

namespace gw::mesh {
namespace {

constexpr std::size_t kMostBytes = 4096;
constexpr std::size_t kDeepest = 64;

// Unlike Go's, knows no octal escapes.
std::optional<std::string> unquote(std::string_view literal) {
  const std::string_view inner = literal.substr(1, literal.size() - 2);
  if (literal.front() == '`') return std::string(inner);
  static constexpr std::string_view kCodes = "\\\"abfnrtv";
  static constexpr std::string_view kMeaning = "\\\"\a\b\f\n\r\t\v";
  std::string out;
  for (std::size_t i = 0; i < inner.size(); ++i) {
    if (inner[i] == '\n') return std::nullopt;
    if (inner[i] != '\\') {
      out += inner[i];
      continue;
    }
    if (++i == inner.size()) return std::nullopt;
    const std::size_t code = kCodes.find(inner[i]);
    if (code == std::string_view::npos) return std::nullopt;
    out += kMeaning[code];
  }
  return out;
}

// A parsing expression grammar by recursive descent. What was tried in vain furthest to the right
// makes the message; what was parsed once is remembered, so that its time is linear.
class Parser : private FilterScanner {
 public:
  using FilterScanner::FilterScanner;

  Result<FilterTree> parse() {
    FilterTree tree = input();
    if (too_deep_) return fail(ErrorCode::too_large, "the filter is nested too deeply");
    if (!tree || is_spoilt()) return fail(ErrorCode::invalid, message());
    return tree;
  }

 private:
  using Rule = FilterTree (Parser::*)();

  // ---- expressions ----

  FilterTree input() {
    optional_space();
    const std::size_t start = at();
    if (literal("(") && optional_space()) {
      FilterTree tree = remembered(0, &Parser::either);
      if (tree && optional_space() && literal(")") && optional_space() && at_end()) return tree;
    }
    reset(start);
    FilterTree tree = remembered(0, &Parser::either);
    return tree && optional_space() && at_end() ? tree : nullptr;
  }

  struct Memory {
    FilterTree tree;
    std::size_t end = 0;
  };

  FilterTree remembered(int which, Rule rule) {
    const std::pair key{which, at()};
    if (const auto found = memory_.find(key); found != memory_.end()) {
      reset(found->second.end);
      return found->second.tree;
    }
    if (depth_ > kDeepest) {
      too_deep_ = true;
      return nullptr;
    }
    FilterTree tree = (this->*rule)();
    memory_[key] = {tree, at()};
    return tree;
  }

  FilterTree chain(FilterNode::Kind kind, std::string_view word, int below, Rule part, int own,
                   Rule self) {
    const std::size_t start = at();
    FilterTree left = remembered(below, part);
    if (!left) return reset(start), nullptr;
    const std::size_t end = at();
    if (space() && literal(word) && space()) {
      if (FilterTree right = remembered(own, self)) return join_nodes(kind, left, right);
    }
    reset(end);
    return left;
  }

  static FilterTree join_nodes(FilterNode::Kind kind, FilterTree left, FilterTree right) {
    auto node = std::make_shared<FilterNode>();
    node->kind = kind;
    node->left = std::move(left);
    node->right = std::move(right);
    return node;
  }

  FilterTree either() {
    return chain(FilterNode::Kind::either, "or", 1, &Parser::both, 0, &Parser::either);
  }
  FilterTree both() {
    return chain(FilterNode::Kind::both, "and", 2, &Parser::negation, 1, &Parser::both);
  }

  FilterTree negation() {
    const std::size_t start = at();
    if (literal("not") && space()) {
      ++depth_;
      FilterTree operand = remembered(2, &Parser::negation);
      --depth_;
      if (operand) return join_nodes(FilterNode::Kind::negation, operand, nullptr);
    }
    reset(start);
    return grouping();
  }

  FilterTree grouping() {
    const std::size_t start = at();
    ++depth_;
    FilterTree inner = literal("(") && optional_space() ? remembered(0, &Parser::either) : nullptr;
    --depth_;
    const bool opened = inner && optional_space();
    const std::size_t end = at();
    if (opened && literal(")")) return inner;
    reset(start);
    if (FilterTree match = remembered(3, &Parser::match)) return match;
    if (opened) {
      reset(end);
      const bool closed = !not_ahead([&] { return literal(")"); });
      if (!closed) mistake(end, "grouping", "Unmatched parentheses");
    }
    return reset(start), nullptr;
  }

  // ---- matches ----

  FilterTree match() {
    const std::size_t start = at();
    auto node = std::make_shared<FilterNode>();
    if (selector(node->selector)) {
      const std::size_t end = at();
      if (operation(node->match) && value(node->value)) return node;
      reset(end);
      if (emptiness(node->match)) return node;
    }
    reset(start);
    node->selector.clear();
    if (value(node->value) && membership(node->match)) {
      const std::size_t end = at();
      if (selector(node->selector)) return node;
      reset(end);
      const bool none = not_ahead([&] { return selector(node->selector); });
      if (none) mistake(end, "match", "Invalid selector");
    }
    return reset(start), nullptr;
  }

  // space WORD [space WORD] space
  bool words(std::string_view first, std::string_view second = {}) {
    const std::size_t start = at();
    const bool matched =
        space() && literal(first) && (second.empty() || (space() && literal(second)));
    return matched || reset(start);
  }

  bool operation(FilterMatch& which) {
    const std::size_t start = at();
    for (const auto& [sign, match] :
         {std::pair{"==", FilterMatch::equal}, std::pair{"!=", FilterMatch::not_equal}}) {
      which = match;
      if (optional_space() && literal(sign) && optional_space()) return true;
      reset(start);
    }
    struct Named {
      std::string_view first;
      std::string_view second;
      FilterMatch match;
    };
    static constexpr std::array<Named, 4> kNamed{{{"contains", "", FilterMatch::in},
                                                  {"not", "contains", FilterMatch::not_in},
                                                  {"matches", "", FilterMatch::matches},
                                                  {"not", "matches", FilterMatch::not_matches}}};
    for (const Named& named : kNamed) {
      which = named.match;
      if (words(named.first, named.second) && space()) return true;
      reset(start);
    }
    return false;
  }

  bool emptiness(FilterMatch& which) {
    const std::size_t start = at();
    which = FilterMatch::is_empty;
    if (words("is", "empty")) return true;
    which = FilterMatch::is_not_empty;
    if (words("is", "not") && words("empty")) return true;
    return reset(start);
  }

  bool membership(FilterMatch& which) {
    const std::size_t start = at();
    which = FilterMatch::in;
    if (words("in") && space()) return true;
    reset(start);
    which = FilterMatch::not_in;
    return (words("not", "in") && space()) || reset(start);
  }

  bool identifier(std::string& into) {
    const std::size_t start = at();
    if (!one_of(is_alpha, "[a-zA-Z]")) return false;
    const auto is_name = [](char c) { return is_alnum(c) || c == '_'; };
    while (one_of(is_name, "[a-zA-Z0-9_]")) {
    }
    into = since(start);
    return true;
  }

  bool selector(std::vector<std::string>& into) {
    into.clear();
    std::string part;
    if (!identifier(part)) return false;
    into.push_back(part);
    while (true) {
      const std::size_t start = at();
      const bool named = literal(".") && identifier(part);
      if (!named) reset(start);
      if (!named && !index(part)) return reset(start), true;
      into.push_back(part);
    }
  }

  bool index(std::string& into) {
    const std::size_t start = at();
    if (!literal("[")) return false;
    optional_space();
    const std::size_t inside = at();
    if (!string(into)) {
      reset(inside);
      const bool none = not_ahead([&] { return string(into); });
      if (none) mistake(inside, "index", "Invalid index");
      return reset(start);
    }
    optional_space();
    const std::size_t end = at();
    if (literal("]")) return true;
    mistake(end, "index", "Unclosed index expression");
    return reset(start);
  }

  bool value(std::string& into) {
    std::vector<std::string> path;
    if (selector(path)) {
      into = join(path, ".");
      return true;
    }
    return number(into) || string(into);
  }

  bool number(std::string& into) {
    const std::size_t start = at();
    literal("-");
    if (!digits()) return reset(start);
    const std::size_t end = at();
    const bool ends = space() || at_end() || literal(")");
    reset(end);
    if (!ends) {
      mistake(end, "number", "Invalid number literal");
      return reset(start);
    }
    into = since(start);
    return true;
  }

  bool digits() {
    const auto more = [&] { return one_of(is_digit, "[0-9]"); };
    if (!literal("0")) {
      if (!one_of([](char c) { return c >= '1' && c <= '9'; }, "[1-9]")) return false;
      while (more()) {
      }
    }
    const std::size_t end = at();
    if (!literal(".") || !more()) return reset(end), true;
    while (more()) {
    }
    return true;
  }

  bool string(std::string& into) {
    const std::size_t start = at();
    for (const std::string_view quote : {"`", "\""}) {
      if (!literal(quote)) continue;
      while (not_ahead([&] { return literal(quote); }) && any()) {
      }
      if (!literal(quote)) {
        mistake(at(), "string", "Unterminated string literal");
        return reset(start);
      }
      const auto meaning = unquote(since(start));
      if (!meaning) mistake(start, "string", "invalid syntax");
      into = meaning.value_or("");
      return true;
    }
    return false;
  }

  bool too_deep_ = false;
  std::size_t depth_ = 0;
  std::map<std::pair<int, std::size_t>, Memory> memory_;
};

}  // namespace

Result<FilterTree> parse_filter(std::string_view text) {
  if (text.size() > kMostBytes) return fail(ErrorCode::too_large, "the filter is too long");
  return Parser(text).parse();
}

}  // namespace gw::mesh
