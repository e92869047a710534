#include <array>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "base/text.h"
#include "config/render.h"
#include "config/render_common.h"

namespace gw::config {
namespace {

// By severity: GitHub's notice is our note.
constexpr std::array<std::string_view, 3> kCommands{"error", "warning", "notice"};

// As GitHub's toolkit escapes (actions/toolkit, packages/core/src/command.ts): a property also
// cannot have the characters that end it.
std::string escape(std::string_view text, std::string_view special) {
  std::string out;
  for (const char c : printable(text)) {
    if (special.find(c) == std::string_view::npos) {
      out += c;
    } else {
      out += fmt::format("%{:02X}", static_cast<unsigned>(static_cast<unsigned char>(c)));
    }
  }
  return out;
}

std::string escape_property(std::string_view text) {
  return escape(text, "%:,\r\n");
}
std::string escape_message(std::string_view text) {
  return escape(text, "%\r\n");
}

std::string place(const Span& where, const Sources& sources) {
  const std::string_view file = file_of(where, sources);
  if (file.empty()) return {};
  std::string out =
      fmt::format("file={},line={},endLine={},", escape_property(file), where.line, where.end_line);
  // GitHub refuses columns on a place of several lines.
  if (where.line == where.end_line) {
    out += fmt::format("col={},endColumn={},", where.column, where.end_column);
  }
  return out;
}

}  // namespace

std::string render_github(const Diagnostics& found, const Sources& sources) {
  std::string out;
  for (const Diagnostic& d : found.all()) {
    out += fmt::format("::{} {}title={}::{}\n", kCommands.at(static_cast<std::size_t>(d.severity)),
                       place(d.where, sources), escape_property(d.code),
                       escape_message(full_message(d)));
  }
  return out;
}

}  // namespace gw::config
