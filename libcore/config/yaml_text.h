// Where tokens of a YAML text end, which yaml-cpp's events do not tell.
//
// Every function takes and returns byte offsets, assumes text that yaml-cpp has accepted up to
// there, and never goes beyond the end.
#pragma once

#include <cstddef>
#include <string_view>

namespace gw::config {

// Over spaces, line ends and comments.
[[nodiscard]] std::size_t skip_blank(std::string_view text, std::size_t at);
// Over anchors and tags in front of a node.
[[nodiscard]] std::size_t skip_properties(std::string_view text, std::size_t at);
// Of the scalar with this value that starts at `at`, properties skipped: plain, quoted, or block.
[[nodiscard]] std::size_t scalar_end(std::string_view text, std::size_t at, std::string_view value);
// Of an anchor, alias or tag that starts at `at`.
[[nodiscard]] std::size_t word_end(std::string_view text, std::size_t at);
// Behind the ] or } that closes a flow collection whose last token ended at `at`.
[[nodiscard]] std::size_t flow_end(std::string_view text, std::size_t at);
// Whether the quoted string that may start at `at` ends before the text does; true for others.
[[nodiscard]] bool is_closed(std::string_view text, std::size_t at);

// What becomes of the bracket at `at`: closed, or the place where nesting passes `max_depth`, or
// the innermost bracket that nothing closes.
struct FlowScan {
  bool closed = false;
  bool too_deep = false;
  std::size_t at = 0;
};
[[nodiscard]] FlowScan scan_flow(std::string_view text, std::size_t at, std::size_t max_depth);
// Whether a plain null is spelled out at `at` (~, null): its length, or 0.
[[nodiscard]] std::size_t null_length(std::string_view text, std::size_t at);

}  // namespace gw::config
