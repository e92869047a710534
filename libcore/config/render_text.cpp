#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "base/text.h"
#include "config/codes.h"
#include "config/render.h"
#include "config/render_common.h"

namespace gw::config {
namespace {

// A source line may be a whole minified file: this much around the marked place is shown.
constexpr std::size_t kBefore = 60;
constexpr std::size_t kShown = 140;

constexpr std::array<std::string_view, 3> kColors{"\x1b[1;31m", "\x1b[1;33m", "\x1b[1;36m"};
constexpr std::string_view kBold = "\x1b[1m";
constexpr std::string_view kPlain = "\x1b[0m";

// The byte offset of character `n` (0-based) of `text`, or its size.
std::size_t offset_of(std::string_view text, std::size_t n) {
  std::size_t at = 0;
  for (; at < text.size(); ++at) {
    const bool starts = (static_cast<unsigned char>(text[at]) & 0xC0U) != 0x80U;
    if (starts && n-- == 0) return at;
  }
  return at;
}

std::size_t width(std::string_view text) {
  return static_cast<std::size_t>(std::ranges::count_if(
      text, [](char c) { return (static_cast<unsigned char>(c) & 0xC0U) != 0x80U; }));
}

// Printable, with a tab as one space, so that the marks stand below their characters.
std::string shown(std::string_view text) {
  std::string spaced(text);
  std::ranges::replace(spaced, '\t', ' ');
  return printable(spaced);
}

// A suggestion of one word is a name; of several, what to do.
std::string advice(const std::string& suggestion) {
  const bool is_name = !suggestion.empty() && suggestion.find(' ') == std::string::npos;
  return is_name ? "did you mean '" + suggestion + "'?" : suggestion;
}

class TextReport {
 public:
  TextReport(const Sources& sources, bool color) : sources_(sources), color_(color) {}

  void add(const Diagnostic& d) {
    head(d);
    const std::string help = advice(d.suggestion);
    source(d.where, kColors.at(static_cast<std::size_t>(d.severity)), help);
    if (!d.path.empty()) line("field", printable(d.path));
    if (!d.expected.empty()) line("expected", printable(d.expected));
    const bool marked = !sources_.line(d.where.file, d.where.line).empty();
    if (!help.empty() && !(d.where.line != 0 && marked)) {
      line("help", printable(help));
    }
    for (const Related& r : d.related) related(r);
    out_ += '\n';
  }

  std::string take() { return std::move(out_); }
  [[nodiscard]] std::string_view style(std::string_view code) const {
    return color_ ? code : std::string_view();
  }

 private:
  const Sources& sources_;
  bool color_;
  std::string out_;

  void head(const Diagnostic& d) {
    const std::string place = place_of(d.where, sources_);
    out_ +=
        fmt::format("{}{}{}{}{}[{}]{}: {}{}{}\n", style(kBold), place, place.empty() ? "" : ": ",
                    style(kColors.at(static_cast<std::size_t>(d.severity))), to_text(d.severity),
                    d.code, style(kPlain), style(kBold), printable(d.message), style(kPlain));
  }

  // The first line of the place with a ^ below every character of it.
  void source(const Span& where, std::string_view color, std::string_view hint) {
    if (file_of(where, sources_).empty()) return;
    const std::string_view text = sources_.line(where.file, where.line);
    if (text.empty()) return;
    const std::size_t column = std::min<std::size_t>(where.column - 1, width(text));
    const std::size_t from = column > kBefore ? column - kBefore : 0;
    const std::size_t end = where.end_line == where.line
                                ? std::max<std::size_t>(where.end_column - 1, column + 1)
                                : width(text);
    const std::size_t start = offset_of(text, from);
    const std::string_view cut = text.substr(start, offset_of(text, from + kShown) - start);
    const std::string_view before = cut.substr(0, offset_of(cut, column - from));
    const std::string_view marked =
        cut.substr(before.size(), offset_of(cut, end - from) - before.size());
    const std::string margin(std::to_string(where.line).size(), ' ');
    const std::string marks(std::max<std::size_t>(width(shown(marked)), 1), '^');
    out_ += fmt::format("{} |\n{} | {}\n", margin, where.line, shown(cut));
    out_ +=
        fmt::format("{} | {}{}{}{}{}{}\n", margin, std::string(width(shown(before)), ' '),
                    style(color), marks, hint.empty() ? "" : " ", printable(hint), style(kPlain));
  }

  void line(std::string_view label, std::string_view text) {
    out_ += fmt::format("  = {}: {}\n", label, text);
  }

  void related(const Related& r) {
    const std::string place = place_of(r.where, sources_);
    out_ += fmt::format("  --> {}{}{}\n", place, place.empty() ? "" : ": ", printable(r.message));
    source(r.where, kColors[2], "");
  }
};

}  // namespace

std::string render_text(const Diagnostics& found, const Sources& sources, bool color) {
  TextReport report(sources, color);
  for (const Diagnostic& d : found.all()) report.add(d);
  return report.take() + summary(found) + '\n';
}

}  // namespace gw::config
