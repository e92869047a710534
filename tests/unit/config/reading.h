// Reading a text in a test: documents and findings, as short lines to compare.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "config/diagnostic.h"
#include "config/reader.h"
#include "config/tree.h"

namespace gw::config::testing {

struct Read {
  Sources sources;
  Diagnostics found;
  std::vector<Node> documents;
};
Read read(std::string_view text, std::string name = "a.yml");

// "GW1009 4:3-4:4", one a line.
std::string places(const Diagnostics& found);
// "4:3-4:4"
std::string place(const Span& where);
// The tree as JSON-like text with the kinds told apart, and no places.
std::string shape(const Node& node);

}  // namespace gw::config::testing
