#include "config/yaml_errors.h"

#include <algorithm>
#include <array>
#include <string>

#include <fmt/format.h>

#include "base/text.h"
#include "config/codes.h"

namespace gw::config {
namespace {

// yaml-cpp's message (how it begins), what to say instead, and what would be right.
struct ErrorRow {
  std::string_view begins;
  std::string_view message;
  std::string_view expected;
  bool of_indentation = false;  // may be the work of a tab
};

constexpr std::array kErrors{
    ErrorRow{"end of sequence flow not found", "the list that begins with [ is not closed",
             "a , or ]"},
    ErrorRow{"end of map flow not found", "the mapping that begins with { is not closed",
             "a , or }"},
    ErrorRow{"end of map not found", "this does not belong to the mapping above",
             "a key at the indentation of the mapping's other keys", true},
    ErrorRow{"end of sequence not found", "this does not belong to the list above",
             "a \"- \" at the indentation of the list's other items", true},
    ErrorRow{"illegal EOF in scalar", "the text ends inside a quoted string", "a closing quote"},
    ErrorRow{"illegal document indicator in scalar", "a quoted string is not closed",
             "a closing quote before the document ends"},
    ErrorRow{"illegal tab", "the line is indented with a tab", "spaces", true},
    ErrorRow{"illegal map value", "a \":\" is not possible here",
             "one \"key: value\" a line; quotes around a value with \": \"", true},
    ErrorRow{"illegal block entry", "a \"- \" is not possible here",
             "list items on lines of their own", true},
    ErrorRow{"illegal map key", "a \"? \" is not possible here", ""},
    ErrorRow{"illegal flow end", "this bracket closes nothing", ""},
    ErrorRow{"unknown token", "no value can begin with this character", "a value in quotes"},
    ErrorRow{"the referenced anchor is not defined", "the alias refers to no anchor",
             "an anchor of this name earlier in the document"},
    ErrorRow{"unknown escape character", "this escape is unknown in a double-quoted string",
             "single quotes, or \\\\ for a backslash"},
    ErrorRow{"bad character found while scanning hex number", "this escape needs hex digits",
             "\\xHH, \\uHHHH or \\UHHHHHHHH"},
    ErrorRow{"invalid unicode", "this escape is no Unicode character",
             "no surrogates (D800 to DFFF) and nothing above 10FFFF"},
    ErrorRow{"bad file", "the text cannot be read", ""},
};

// The first tab in the indentation of the line that `at` is on, or npos.
std::size_t find_tab_indentation(std::string_view text, std::size_t at) {
  const std::size_t newline = at == 0 ? std::string_view::npos : text.rfind('\n', at - 1);
  const std::size_t start = newline == std::string_view::npos ? 0 : newline + 1;
  const std::size_t first = std::min(text.find_first_not_of(" \t", start), text.size());
  const std::size_t tab = text.find('\t', start);
  return tab < first ? tab : std::string_view::npos;
}

std::size_t mark_end(std::string_view text, std::size_t at) {
  return std::min(text.find_first_of(" \t\r\n", at), text.size());
}

}  // namespace

Diagnostic yaml_error(std::string_view message, std::size_t at, std::string_view text,
                      Locator& locator, const Span* open) {
  at = std::min(at, text.size());
  const Span where = locator.span(at, mark_end(text, at));
  const auto* const row = std::ranges::find_if(
      kErrors, [&](const ErrorRow& r) { return message.starts_with(r.begins); });
  if (row == kErrors.end()) return make_diagnostic("GW1004", where, printable(message));
  const std::size_t tab = find_tab_indentation(text, at);
  if (row->of_indentation && tab != std::string_view::npos) {
    Diagnostic d =
        make_diagnostic("GW1005", locator.span(tab, tab + 1), "the line is indented with a tab");
    d.expected = "spaces";
    return d;
  }
  Diagnostic d = make_diagnostic("GW1004", where, std::string(row->message));
  d.expected = row->expected;
  if (row->begins == "unknown token" && at < text.size() && text[at] == '?') {
    d.message = "a ? ends a plain text inside [ ] and { }";
    d.expected = "the whole text in quotes";
  }
  if (open != nullptr && message.starts_with("end of ")) {
    d.related.push_back(
        {{open->file, open->line, open->column, open->line, open->column + 1}, "it begins here"});
  }
  return d;
}

}  // namespace gw::config
