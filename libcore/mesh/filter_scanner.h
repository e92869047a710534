// The text of a filter expression as its parser walks over it: tries terminals, and remembers what
// was wanted furthest to the right, which makes the message when nothing fits.
#pragma once

#include <cstddef>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/text.h"

namespace gw::mesh {

class FilterScanner {
 public:
  explicit FilterScanner(std::string_view text) : text_(text) {}

  [[nodiscard]] std::size_t at() const { return at_; }
  [[nodiscard]] std::string_view since(std::size_t start) const {
    return text_.substr(start, at_ - start);
  }
  // Always false, to end an attempt with.
  bool reset(std::size_t to) {
    at_ = to;
    return false;
  }

  bool literal(std::string_view word);
  bool any();
  bool space();  // at least one
  bool optional_space() { return space(), true; }
  bool at_end() {
    return not_ahead([&] { return any(); });
  }
  // One character of a class; `name` is what messages call it: "[a-z]".
  template <class Test>
  bool one_of(Test test, std::string_view name) {
    const bool matched = at_ < text_.size() && test(text_[at_]);
    note(matched, at_, name);
    if (matched) ++at_;
    return matched;
  }
  // Whether `test` does not match here; goes nowhere.
  template <class Test>
  bool not_ahead(Test test) {
    const std::size_t start = at_;
    inverted_ = !inverted_;
    const bool matched = test();
    inverted_ = !inverted_;
    at_ = start;
    return !matched;
  }

  // Something that spoils the whole, whatever else may fit.
  void mistake(std::size_t at, std::string_view rule, std::string_view what);
  [[nodiscard]] bool is_spoilt() const { return !mistakes_.empty(); }
  // The mistakes; without any: '1:12 (11): no match found, expected: "!=", "==" or EOF'.
  [[nodiscard]] std::string message() const;

 private:
  void note(bool matched, std::size_t at, std::string_view what);

  std::string_view text_;
  std::size_t at_ = 0;
  std::size_t furthest_ = 0;
  std::set<std::string> wanted_;
  std::vector<std::string> mistakes_;
  bool inverted_ = false;
};

}  // namespace gw::mesh
