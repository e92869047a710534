// The one reader of YAML and JSON: bounded, strict, with positions (hardening.md section 7).
#pragma once

#include <cstddef>
#include <vector>

#include "config/diagnostic.h"
#include "config/tree.h"

namespace gw::config {

inline constexpr std::size_t kMaxDepth = 64;     // of nesting
inline constexpr std::size_t kMaxAliases = 100;  // a document
inline constexpr std::size_t kMaxAliasVisits =
    100'000;  // nodes reached through aliases, a document

// The documents of a text; a text whose first character is '{' or '[' and that parses as JSON's
// grammar, or whose name ends in ".json", is JSON, all else YAML. Empty documents are left out.
// What is wrong goes to `diagnostics`, and a document with an error is not returned.
[[nodiscard]] std::vector<Node> read_documents(const Sources& sources, FileId file,
                                               Diagnostics& diagnostics);

}  // namespace gw::config
