// JSON (RFC 8259) over nlohmann's SAX interface, with the places it does not tell.
#pragma once

#include <optional>
#include <string_view>

#include "config/builder.h"
#include "config/diagnostic.h"
#include "config/tree.h"

namespace gw::config {

struct JsonOutcome {
  std::optional<Node> root;  // nullopt when there was an error
  bool is_json = false;      // false: the grammar was violated, it may be something else
};

// `text` is valid UTF-8; `controls` is about those that its strings have, escaped.
[[nodiscard]] JsonOutcome read_json(FileId file, std::string_view text, Diagnostics& diagnostics,
                                    Controls controls = Controls::refused);

}  // namespace gw::config
