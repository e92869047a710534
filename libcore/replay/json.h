// JSON text to checked nodes and back, compact: bodies of requests, stubs and answers.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "config/tree.h"

namespace gw::replay {

// Through config's own bounded reader; the error says what is wrong and where in the text.
[[nodiscard]] Result<config::Node> parse_json(std::string_view text);

// Without white space, members in order, numbers as they were spelled where that is JSON.
[[nodiscard]] std::string write_json(const config::Node& node);
// `text` as a JSON string, quotes included.
[[nodiscard]] std::string quote_json(std::string_view text);

// Numbers by value, members in any order. Whole numbers are compared by their digits, since a
// double cannot tell 9007199254740993 from its neighbour.
[[nodiscard]] bool equal_json(const config::Node& a, const config::Node& b);

// How a scalar is read by a rule: a string's text, a number in "%.14g", true, false, null.
[[nodiscard]] std::string scalar_text(const config::Node& node);

}  // namespace gw::replay
