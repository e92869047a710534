#include "config/locator.h"

#include <algorithm>

namespace gw::config {
namespace {

// Code points that begin in `text`: every byte but UTF-8's continuation bytes.
std::size_t count_characters(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(
      text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

}  // namespace

Locator::Locator(FileId file, std::string_view text) : file_(file), text_(text) {
  line_starts_.push_back(0);
  for (auto at = text.find('\n'); at != std::string_view::npos; at = text.find('\n', at + 1)) {
    line_starts_.push_back(at + 1);
  }
}

void Locator::move_to(std::size_t offset) {
  offset = std::min(offset, text_.size());
  const bool same_line = offset >= line_starts_[line_] &&
                         (line_ + 1 == line_starts_.size() || offset < line_starts_[line_ + 1]);
  if (!same_line) {
    const auto next = std::ranges::upper_bound(line_starts_, offset);
    line_ = static_cast<std::size_t>(next - line_starts_.begin()) - 1;
    offset_ = line_starts_[line_];
    column_ = 0;
  }
  // Counted from the last place, as a line may be the whole text.
  if (offset >= offset_) {
    column_ += count_characters(text_.substr(offset_, offset - offset_));
  } else {
    column_ -= count_characters(text_.substr(offset, offset_ - offset));
  }
  offset_ = offset;
}

Span Locator::span(std::size_t begin, std::size_t end) {
  Span where;
  where.file = file_;
  move_to(begin);
  where.line = static_cast<std::uint32_t>(line_ + 1);
  where.column = static_cast<std::uint32_t>(column_ + 1);
  move_to(std::max(begin, end));
  where.end_line = static_cast<std::uint32_t>(line_ + 1);
  where.end_column = static_cast<std::uint32_t>(column_ + 1);
  return where;
}

}  // namespace gw::config
