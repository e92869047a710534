#include "config/reader.h"

#include <algorithm>
#include <optional>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "base/files.h"
#include "base/text.h"
#include "config/codes.h"
#include "config/json_reader.h"
#include "config/locator.h"
#include "config/scalar.h"
#include "config/yaml_reader.h"

namespace gw::config {
namespace {

constexpr std::string_view kByteOrderMark = "\xEF\xBB\xBF";

struct BadByte {
  std::size_t at = 0;
  std::string_view code;
  std::string message;
};

std::size_t sequence_length(unsigned char lead) {
  return lead < 0x80 ? 1 : lead < 0xE0 ? 2 : lead < 0xF0 ? 3 : 4;
}

std::optional<BadByte> find_bad_utf8(std::string_view text) {
  for (std::size_t at = 0; at < text.size();) {
    const auto lead = static_cast<unsigned char>(text[at]);
    const std::size_t length = sequence_length(lead);
    if (length > 1 && !is_utf8(text.substr(at, length))) {
      const bool utf16 = text.starts_with("\xFF\xFE") || text.starts_with("\xFE\xFF");
      return BadByte{at, "GW1002",
                     utf16 ? "the text is UTF-16; save it as UTF-8"
                           : fmt::format("the byte 0x{:02X} is not valid UTF-8 here",
                                         static_cast<unsigned>(lead))};
    }
    at += length;
  }
  return std::nullopt;
}

std::optional<BadByte> find_bad_byte(std::string_view text) {
  const std::size_t control = find_control(text);
  // Only what stands before the control: a binary file is told by its first oddity.
  if (auto bad = find_bad_utf8(text.substr(0, control))) return bad;
  if (control == std::string_view::npos) return std::nullopt;
  const auto octet = static_cast<unsigned>(static_cast<unsigned char>(text[control]));
  return BadByte{control, "GW1003",
                 octet == 0 ? "the text has a NUL byte; is it a binary file?"
                            : fmt::format("the text has the control character U+{:04X}", octet)};
}

// Reports why the text cannot be read at all.
bool is_readable(FileId file, std::string_view text, Diagnostics& diagnostics) {
  if (text.size() > kMaxFileBytes) {
    diagnostics.add(make_diagnostic(
        "GW1001", Span{file, 1, 1, 1, 1},
        fmt::format("the text has {} bytes, more than {}", text.size(), kMaxFileBytes)));
    return false;
  }
  const auto bad = find_bad_byte(text);
  if (!bad) return true;
  Span where = Locator(file, text).span(bad->at, bad->at);
  ++where.end_column;  // a byte that is no character still takes a place
  diagnostics.add(make_diagnostic(bad->code, where, bad->message));
  return false;
}

void append(const Diagnostics& from, Diagnostics& to) {
  for (const Diagnostic& d : from.all()) to.add(d);
}

std::vector<Node> read_as_json(FileId file, std::string_view text, Diagnostics& diagnostics) {
  std::vector<Node> documents;
  if (auto root = read_json(file, text, diagnostics).root) documents.push_back(std::move(*root));
  return documents;
}

// Flow-style YAML begins as JSON does; what JSON's grammar accepts is JSON.
std::vector<Node> read_as_either(FileId file, std::string_view text, bool yaml_by_name,
                                 Diagnostics& diagnostics) {
  Diagnostics as_json;
  JsonOutcome json = read_json(file, text, as_json);
  if (json.is_json) {
    append(as_json, diagnostics);
    std::vector<Node> documents;
    if (json.root) documents.push_back(std::move(*json.root));
    return documents;
  }
  Diagnostics as_yaml;
  auto documents = read_yaml(file, text, as_yaml);
  append(as_yaml.errors() == 0 || yaml_by_name ? as_yaml : as_json, diagnostics);
  return documents;
}

}  // namespace

std::vector<Node> read_documents(const Sources& sources, FileId file, Diagnostics& diagnostics) {
  std::string_view text = sources.text(file);
  if (text.starts_with(kByteOrderMark)) text.remove_prefix(kByteOrderMark.size());
  if (!is_readable(file, text, diagnostics)) return {};
  const std::string_view name = sources.name(file);
  if (name.ends_with(".json")) return read_as_json(file, text, diagnostics);
  const std::size_t first = text.find_first_not_of(" \t\r\n");
  if (first == std::string_view::npos) return {};
  if (text[first] != '{' && text[first] != '[') return read_yaml(file, text, diagnostics);
  const bool yaml_by_name = name.ends_with(".yml") || name.ends_with(".yaml");
  return read_as_either(file, text, yaml_by_name, diagnostics);
}

}  // namespace gw::config
