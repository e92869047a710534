// The one reader of YAML and JSON: bounded, strict, with positions (hardening.md section 7).
#pragma once

#include <cstddef>
#include <vector>

#include "config/diagnostic.h"
#include "config/tree.h"

namespace gw::config {

inline constexpr std::size_t kMaxDepth = 64;     // of nesting
inline constexpr std::size_t kMaxAliases = 100;  // a document
// Values reached through aliases, a text, whatever number of documents it has: what a text of
// 4 KiB can make of itself is bounded by what one document can. A long string counts as several.
inline constexpr std::size_t kMaxAliasVisits = 100'000;
inline constexpr std::size_t kAliasBytesAVisit = 64;

// The documents of a text; a text whose first character is '{' or '[' and that parses as JSON's
// grammar, or whose name ends in ".json", is JSON, all else YAML. Empty documents are left out.
// What is wrong goes to `diagnostics`, and a document with an error is not returned.
[[nodiscard]] std::vector<Node> read_documents(const Sources& sources, FileId file,
                                               Diagnostics& diagnostics);

}  // namespace gw::config
