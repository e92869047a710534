// The text of a `filter` parameter as a tree (Consul's filter expressions, go-bexpr 0.1).
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"

namespace gw::mesh {

enum class FilterMatch : std::uint8_t {
  equal,
  not_equal,
  in,
  not_in,
  is_empty,
  is_not_empty,
  matches,
  not_matches
};

struct FilterNode {
  enum class Kind : std::uint8_t { both, either, negation, match };
  Kind kind = Kind::match;
  std::shared_ptr<const FilterNode> left;  // a negation's operand too
  std::shared_ptr<const FilterNode> right;
  std::vector<std::string> selector;
  FilterMatch match = FilterMatch::equal;
  std::string value;
};
using FilterTree = std::shared_ptr<const FilterNode>;

// Errors (invalid) are worded as Consul's: '1:12 (11): no match found, expected: "!=", "==", ...'.
// Texts over 4 KiB and more than 64 levels of parentheses are refused.
[[nodiscard]] Result<FilterTree> parse_filter(std::string_view text);

}  // namespace gw::mesh
