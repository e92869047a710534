// YAML 1.2 over yaml-cpp's events: anchors, aliases and tags become plain values.
#pragma once

#include <string_view>
#include <vector>

#include "config/diagnostic.h"
#include "config/tree.h"

namespace gw::config {

// `text` is valid UTF-8 without controls; a document with an error is left out.
[[nodiscard]] std::vector<Node> read_yaml(FileId file, std::string_view text,
                                          Diagnostics& diagnostics);

}  // namespace gw::config
