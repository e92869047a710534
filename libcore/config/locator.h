// From byte offsets of a text to lines and columns in characters.
//
// Cheap when offsets are asked for near each other, as readers do. Lines end with LF.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>
#include <vector>

#include "config/tree.h"

namespace gw::config {

class Locator {
 public:
  // `text` without byte order mark; it stays valid as long as the Locator.
  Locator(FileId file, std::string_view text);

  // From offset `begin` to offset `end`, exclusive; both are cut to the text.
  [[nodiscard]] Span span(std::size_t begin, std::size_t end);

 private:
  FileId file_;
  std::string_view text_;
  std::vector<std::size_t> line_starts_;
  std::size_t line_ = 0;    // 0-based: where offset_ is
  std::size_t offset_ = 0;  // the last one asked for
  std::size_t column_ = 0;  // 0-based, in characters

  void move_to(std::size_t offset);
};

}  // namespace gw::config
