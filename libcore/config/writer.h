// A tree as YAML text that reads back as the same tree.
#pragma once

#include <string>

#include "config/tree.h"

namespace gw::config {

// Block style, two spaces a level, keys in their order. Text is quoted only where the reader would
// take it for something else. Ends with a newline.
[[nodiscard]] std::string write_yaml(const Node& node);

}  // namespace gw::config
