#include "config/yaml_text.h"

#include <algorithm>
#include <array>
#include <vector>

namespace gw::config {
namespace {

constexpr std::string_view kSpace = " \t\r\n";
constexpr std::string_view kAfterWord = " \t\r\n,[]{}";

bool is_space(char c) {
  return kSpace.find(c) != std::string_view::npos;
}

std::size_t find_or_end(std::string_view text, std::string_view any, std::size_t at) {
  return std::min(text.find_first_of(any, at), text.size());
}

std::size_t line_end(std::string_view text, std::size_t at) {
  return std::min(text.find('\n', at), text.size());
}

// These two give npos when nothing closes the quote.
std::size_t double_quoted_end(std::string_view text, std::size_t at) {
  for (++at; at < text.size() && text[at] != '"'; ++at) {
    if (text[at] == '\\') ++at;
  }
  return at < text.size() ? at + 1 : std::string_view::npos;
}

std::size_t single_quoted_end(std::string_view text, std::size_t at) {
  for (++at; at < text.size(); ++at) {
    if (text[at] != '\'') continue;
    if (at + 1 >= text.size() || text[at + 1] != '\'') return at + 1;
    ++at;
  }
  return std::string_view::npos;
}

bool is_quote(char c) {
  return c == '"' || c == '\'';
}

std::size_t quoted_end(std::string_view text, std::size_t at) {
  return text[at] == '"' ? double_quoted_end(text, at) : single_quoted_end(text, at);
}

// Plain and block scalars keep every character but white space, which folding changes.
std::size_t match_value(std::string_view text, std::size_t at, std::string_view value) {
  std::size_t end = at;
  for (const char c : value) {
    if (is_space(c)) continue;
    while (at < text.size() && is_space(text[at])) ++at;
    if (at >= text.size() || text[at] != c) return end;
    end = ++at;
  }
  return end;
}

}  // namespace

std::size_t skip_blank(std::string_view text, std::size_t at) {
  while (at < text.size()) {
    if (text[at] == '#') {
      at = line_end(text, at);
    } else if (is_space(text[at])) {
      ++at;
    } else {
      break;
    }
  }
  return at;
}

std::size_t word_end(std::string_view text, std::size_t at) {
  if (text.substr(std::min(at, text.size())).starts_with("!<")) {
    return std::min(find_or_end(text, ">", at) + 1, text.size());
  }
  return find_or_end(text, kAfterWord, at);
}

std::size_t skip_properties(std::string_view text, std::size_t at) {
  while (at < text.size() && (text[at] == '&' || text[at] == '!')) {
    at = skip_blank(text, word_end(text, at));
  }
  return at;
}

std::size_t scalar_end(std::string_view text, std::size_t at, std::string_view value) {
  if (at >= text.size()) return text.size();
  if (is_quote(text[at])) return std::min(quoted_end(text, at), text.size());
  if (text[at] != '|' && text[at] != '>') return match_value(text, at, value);
  const std::size_t header = line_end(text, at);
  return std::max(match_value(text, header, value), find_or_end(text, kSpace, at));
}

std::size_t flow_end(std::string_view text, std::size_t at) {
  constexpr std::string_view kBetween = ",:?";
  at = skip_blank(text, at);
  while (at < text.size() && kBetween.find(text[at]) != std::string_view::npos) {
    at = skip_blank(text, at + 1);
  }
  at = skip_properties(text, at);
  return at < text.size() && (text[at] == ']' || text[at] == '}') ? at + 1 : at;
}

bool is_closed(std::string_view text, std::size_t at) {
  return at >= text.size() || !is_quote(text[at]) || quoted_end(text, at) != std::string_view::npos;
}

FlowScan scan_flow(std::string_view text, std::size_t at, std::size_t max_depth) {
  std::vector<std::size_t> open;
  bool token_start = true;
  while ((at = skip_blank(text, at)) < text.size()) {
    const char c = text[at];
    if (c == '[' || c == '{') {
      if (open.size() >= max_depth) return {false, true, at};
      open.push_back(at);
    } else if (c == ']' || c == '}') {
      open.pop_back();
      if (open.empty()) return {true, false, at};
    } else if (is_quote(c) && token_start) {
      const std::size_t end = quoted_end(text, at);
      if (end == std::string_view::npos) break;
      at = end - 1;
    }
    token_start = kAfterWord.find(c) != std::string_view::npos || c == ':';
    ++at;
  }
  return {false, false, open.back()};
}

std::size_t null_length(std::string_view text, std::size_t at) {
  constexpr std::array<std::string_view, 4> kNulls{"~", "null", "Null", "NULL"};
  const std::string_view rest = text.substr(std::min(at, text.size()));
  for (const std::string_view word : kNulls) {
    if (!rest.starts_with(word)) continue;
    const std::string_view after = rest.substr(word.size());
    if (after.empty() || kAfterWord.find(after.front()) != std::string_view::npos) {
      return word.size();
    }
  }
  return 0;
}

}  // namespace gw::config
