#include "mesh/filter_scanner.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

namespace gw::mesh {
namespace {

// Where a text stands for people, as the original's parser counts.
std::string place_of(std::string_view text, std::size_t offset) {
  std::size_t line = 1;
  std::size_t column = 1;
  for (std::size_t i = 0; i < offset; ++i) {
    if (text[i] == '\n') {
      ++line;
      column = 0;
    }
    const bool continues = (static_cast<unsigned char>(text[i]) & 0xC0U) == 0x80U;
    if (!continues) ++column;
  }
  return fmt::format("{}:{} ({})", line, column, offset);
}

// "a", "b" or "c"
std::string list(const std::vector<std::string>& items) {
  std::string out;
  for (std::size_t i = 0; i < items.size(); ++i) {
    if (i > 0) out += i + 1 == items.size() ? " or " : ", ";
    out += items[i];
  }
  return out;
}

}  // namespace

void FilterScanner::note(bool matched, std::size_t at, std::string_view what) {
  if (matched != inverted_ || at < furthest_) return;
  if (at > furthest_) wanted_.clear();
  furthest_ = at;
  wanted_.insert(inverted_ ? "!" + std::string(what) : std::string(what));
}

bool FilterScanner::literal(std::string_view word) {
  const bool matched = text_.substr(at_).starts_with(word);
  note(matched, at_, word == "\"" ? "\"\\\"\"" : fmt::format("\"{}\"", word));
  if (matched) at_ += word.size();
  return matched;
}

bool FilterScanner::any() {
  const bool matched = at_ < text_.size();
  note(matched, at_, ".");
  if (matched) ++at_;
  return matched;
}

bool FilterScanner::space() {
  constexpr std::string_view kName = "[ \\t\\r\\n]";
  const auto is_space = [](char c) { return std::string_view(" \t\r\n").contains(c); };
  if (!one_of(is_space, kName)) return false;
  while (one_of(is_space, kName)) {
  }
  return true;
}

void FilterScanner::mistake(std::size_t at, std::string_view rule, std::string_view what) {
  std::string text = fmt::format("{}: rule \"{}\": {}", place_of(text_, at), rule, what);
  if (std::ranges::find(mistakes_, text) == mistakes_.end()) mistakes_.push_back(std::move(text));
}

std::string FilterScanner::message() const {
  if (!mistakes_.empty()) return join(mistakes_, "\n");
  std::vector<std::string> items(wanted_.begin(), wanted_.end());
  if (std::erase(items, "!.") > 0) items.emplace_back("EOF");
  return fmt::format("{}: no match found, expected: {}", place_of(text_, furthest_), list(items));
}

}  // namespace gw::mesh
