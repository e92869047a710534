// Findings as reports: one list, five renderers. Formats are pinned in the manual of `validate`.
//
// All text from files is escaped for its format; a report never carries a control character of a
// config to a terminal or an XML parser.
#pragma once

#include <string>

#include "config/diagnostic.h"

namespace gw::config {

// file:line:column: error[GW1203]: message, then the marked source line and what would be right.
[[nodiscard]] std::string render_text(const Diagnostics& found, const Sources& sources, bool color);
// {"errors":N,"warnings":N,"diagnostics":[...]}
[[nodiscard]] std::string render_json(const Diagnostics& found, const Sources& sources);
// One test case a file: failed when it has an error.
[[nodiscard]] std::string render_junit(const Diagnostics& found, const Sources& sources);
// SARIF 2.1.0 (OASIS), with the rules of codes.h.
[[nodiscard]] std::string render_sarif(const Diagnostics& found, const Sources& sources);
// GitHub's workflow commands: ::error file=...,line=...::message
[[nodiscard]] std::string render_github(const Diagnostics& found, const Sources& sources);

}  // namespace gw::config
