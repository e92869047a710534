#include "replay/json.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "config/diagnostic.h"
#include "config/reader.h"

namespace gw::replay {
namespace {

using config::Kind;
using config::Node;

// "-12" and "12", not "012", "+12", "0x12" or "1.5".
bool is_plain_integer(std::string_view text) {
  if (text.starts_with('-')) text.remove_prefix(1);
  if (text.empty() || (text.size() > 1 && text.front() == '0')) return false;
  return std::ranges::all_of(text, is_digit);
}

// What YAML allows beyond JSON: "+1", ".5", "5.", "0x1F", "01".
bool is_json_number(std::string_view text) {
  if (is_plain_integer(text)) return true;
  const auto dot = text.find_first_of(".eE");
  if (dot == std::string_view::npos || !is_plain_integer(text.substr(0, dot))) return false;
  if (text[dot] == '.' && (dot + 1 == text.size() || !is_digit(text[dot + 1]))) return false;
  return parse_number(text).has_value();
}

std::string number_text(const Node& node) {
  return is_json_number(node.text) ? node.text : fmt::format("{}", node.number);
}

void append(std::string& out, const Node& node);

void append_items(std::string& out, const Node& node) {
  out += '[';
  for (const Node& item : node.items) {
    if (&item != &node.items.front()) out += ',';
    append(out, item);
  }
  out += ']';
}

void append_members(std::string& out, const Node& node) {
  out += '{';
  for (const config::Member& member : node.members) {
    if (&member != &node.members.front()) out += ',';
    out += quote_json(member.key);
    out += ':';
    append(out, member.value);
  }
  out += '}';
}

void append(std::string& out, const Node& node) {
  switch (node.kind) {
    case Kind::null:
      out += "null";
      break;
    case Kind::boolean:
      out += node.boolean ? "true" : "false";
      break;
    case Kind::number:
      out += number_text(node);
      break;
    case Kind::string:
      out += quote_json(node.text);
      break;
    case Kind::sequence:
      append_items(out, node);
      break;
    case Kind::mapping:
      append_members(out, node);
      break;
  }
}

bool equal_numbers(const Node& a, const Node& b) {
  if (a.number != b.number) return false;
  return a.text == b.text || !is_plain_integer(a.text) || !is_plain_integer(b.text) ||
         a.number == 0;
}

bool equal_members(const Node& a, const Node& b) {
  return a.members.size() == b.members.size() &&
         std::ranges::all_of(a.members, [&b](const config::Member& member) {
           const Node* other = b.find(member.key);
           return other != nullptr && equal_json(member.value, *other);
         });
}

}  // namespace

Result<Node> parse_json(std::string_view text) {
  config::Sources sources;
  config::Diagnostics diagnostics;
  const auto file = sources.add("body.json", std::string(text));
  auto documents = config::read_documents(sources, file, diagnostics);
  if (diagnostics.errors() == 0 && documents.size() == 1) return std::move(documents.front());
  if (diagnostics.all().empty()) return fail(ErrorCode::invalid, "not JSON: there is no value");
  const config::Diagnostic& first = diagnostics.all().front();
  return fail(ErrorCode::invalid, fmt::format("not JSON: {} (line {}, column {})", first.message,
                                              first.where.line, first.where.column));
}

std::string write_json(const Node& node) {
  std::string out;
  append(out, node);
  return out;
}

std::string quote_json(std::string_view text) {
  std::string out = "\"";
  for (const char c : text) {
    switch (c) {
      case '"':
        out += "\\\"";
        break;
      case '\\':
        out += "\\\\";
        break;
      case '\n':
        out += "\\n";
        break;
      case '\r':
        out += "\\r";
        break;
      case '\t':
        out += "\\t";
        break;
      default:
        if (static_cast<unsigned char>(c) < 0x20) {
          out += fmt::format("\\u{:04x}", static_cast<unsigned>(c));
        } else {
          out += c;
        }
    }
  }
  return out + '"';
}

bool equal_json(const Node& a, const Node& b) {
  if (a.kind != b.kind) return false;
  switch (a.kind) {
    case Kind::null:
      return true;
    case Kind::boolean:
      return a.boolean == b.boolean;
    case Kind::number:
      return equal_numbers(a, b);
    case Kind::string:
      return a.text == b.text;
    case Kind::sequence:
      return std::ranges::equal(a.items, b.items, equal_json);
    case Kind::mapping:
      return equal_members(a, b);
  }
  return false;
}

std::string scalar_text(const Node& node) {
  switch (node.kind) {
    case Kind::string:
      return node.text;
    case Kind::number:
      return format_number(node.number);
    case Kind::boolean:
      return node.boolean ? "true" : "false";
    default:
      return "null";
  }
}

}  // namespace gw::replay
