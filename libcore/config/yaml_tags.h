// Tags of YAML's core schema, applied to a scalar.
#pragma once

#include <string>
#include <string_view>

#include "config/scalar.h"
#include "config/tree.h"

namespace gw::config {

struct TagOutcome {
  std::string error;  // what is wrong with the tag; empty when nothing is
  ScalarTrouble trouble = ScalarTrouble::none;
};

// Sets kind and value of `node` from its text and `tag` as yaml-cpp gives it: "?" is plain, "!"
// is quoted, a block, or told to be text.
[[nodiscard]] TagOutcome apply_tag(Node& node, std::string_view tag);

// Whether a list or mapping may carry the tag.
[[nodiscard]] bool fits_collection(std::string_view tag, Kind kind);

// The tag as people write it: !!str.
[[nodiscard]] std::string short_tag(std::string_view tag);

}  // namespace gw::config
