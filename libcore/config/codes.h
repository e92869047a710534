// The table of all diagnostics: what each code means and how to mend it.
//
// Everything that lists codes reads this table: the reports' rules, the manual page and
// `validate --ignore`. Groups: 10 reading, 11 formats and files, 12 fields, 13 references and
// duplicates, 14 plugins, 15 routes and paths, 16 Kubernetes, 17 scenarios and topologies, 18
// settings.
// A code is never reused for something else: users keep them in --ignore.
#pragma once

#include <span>
#include <string>
#include <string_view>

#include "config/diagnostic.h"

namespace gw::config {

struct CodeRow {
  std::string_view code;
  std::string_view name;  // kebab-case
  Severity severity = Severity::error;
  std::string_view summary;
  std::string_view mend;
};

// All rows, sorted by code.
[[nodiscard]] std::span<const CodeRow> codes();
// nullptr when there is no such code.
[[nodiscard]] const CodeRow* find_code(std::string_view code);
[[nodiscard]] std::string_view to_text(Severity severity);

// A diagnostic with the severity of the table's row; `code` must be in the table.
[[nodiscard]] Diagnostic make_diagnostic(std::string_view code, Span where, std::string message);

}  // namespace gw::config
