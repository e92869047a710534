#include "config/render_common.h"

#include <fmt/format.h>

#include "base/text.h"

namespace gw::config {
namespace {

constexpr std::string_view kReplacement = "\xEF\xBF\xBD";

std::string count(std::size_t n, std::string_view what) {
  return fmt::format("{} {}{}", n, what, n == 1 ? "" : "s");
}

// U+FFFE and U+FFFF, the only ones of valid UTF-8 above the controls that XML 1.0 forbids.
bool is_noncharacter(std::string_view rest) {
  return rest.starts_with("\xEF\xBF\xBE") || rest.starts_with("\xEF\xBF\xBF");
}

}  // namespace

std::string_view file_of(const Span& where, const Sources& sources) {
  return where.line != 0 && where.file < sources.size() ? std::string_view(sources.name(where.file))
                                                        : std::string_view();
}

std::string place_of(const Span& where, const Sources& sources) {
  const std::string_view file = file_of(where, sources);
  return file.empty() ? std::string()
                      : fmt::format("{}:{}:{}", printable(file), where.line, where.column);
}

std::string full_message(const Diagnostic& d) {
  std::string out = d.path.empty() ? d.message : fmt::format("{}: {}", d.path, d.message);
  if (!d.expected.empty()) out += fmt::format("; expected {}", d.expected);
  if (!d.suggestion.empty()) out += fmt::format("; {}", d.suggestion);
  return out;
}

std::string summary(const Diagnostics& found) {
  std::string out =
      fmt::format("{}, {}", count(found.errors(), "error"), count(found.warnings(), "warning"));
  if (found.left_out() != 0) out += fmt::format(" ({} not shown)", found.left_out());
  return out;
}

std::string xml_escape(std::string_view text) {
  const std::string valid = is_utf8(text) ? std::string(text) : printable(text);
  std::string out;
  out.reserve(valid.size());
  for (std::size_t i = 0; i < valid.size(); ++i) {
    const char c = valid[i];
    switch (c) {
      case '&':
        out += "&amp;";
        break;
      case '<':
        out += "&lt;";
        break;
      case '>':
        out += "&gt;";
        break;
      case '"':
        out += "&quot;";
        break;
      case '\'':
        out += "&apos;";
        break;
      case '\t':
        out += "&#9;";
        break;
      case '\n':
        out += "&#10;";
        break;
      case '\r':
        out += "&#13;";
        break;
      default:
        if (static_cast<unsigned char>(c) < 0x20) {
          out += kReplacement;
        } else if (is_noncharacter(std::string_view(valid).substr(i, 3))) {
          out += kReplacement;
          i += 2;
        } else {
          out += c;
        }
    }
  }
  return out;
}

}  // namespace gw::config
