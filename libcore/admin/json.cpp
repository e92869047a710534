#include "admin/json.h"

#include <iterator>

#include <fmt/format.h>

#include "base/text.h"

namespace gw::admin {
namespace {

using config::Kind;
using config::Node;

// The escapes that have a letter of their own; '/' is Kong's habit.
constexpr std::string_view kEscaped = "\"\\/\b\f\n\r\t";
constexpr std::string_view kLetters = "\"\\/bfnrt";

void write_string(std::string& out, std::string_view text) {
  out += '"';
  for (const char c : text) {
    const auto letter = kEscaped.find(c);
    const auto octet = static_cast<unsigned char>(c);
    if (letter != std::string_view::npos) {
      out += '\\';
      out += kLetters[letter];
    } else if (octet < 0x20 || octet == 0x7F) {
      fmt::format_to(std::back_inserter(out), "\\u{:04x}", octet);
    } else {
      out += c;
    }
  }
  out += '"';
}

void write(std::string& out, const Node& node);

void write_items(std::string& out, const Node& node) {
  out += '[';
  for (const Node& item : node.items) {
    if (&item != &node.items.front()) out += ',';
    write(out, item);
  }
  out += ']';
}

void write_members(std::string& out, const Node& node) {
  out += '{';
  for (const config::Member& member : node.members) {
    if (&member != &node.members.front()) out += ',';
    write_string(out, is_utf8(member.key) ? member.key : printable(member.key));
    out += ':';
    write(out, member.value);
  }
  out += '}';
}

// Depth is bounded: trees come from the checked reader or from the schema.
void write(std::string& out, const Node& node) {
  switch (node.kind) {
    case Kind::null:
      out += "null";
      break;
    case Kind::boolean:
      out += node.boolean ? "true" : "false";
      break;
    case Kind::number:
      fmt::format_to(std::back_inserter(out), "{}", node.number);
      break;
    case Kind::string:
      write_string(out, is_utf8(node.text) ? node.text : printable(node.text));
      break;
    case Kind::sequence:
      write_items(out, node);
      break;
    case Kind::mapping:
      write_members(out, node);
      break;
  }
}

}  // namespace

std::string write_json(const Node& node) {
  std::string out;
  write(out, node);
  return out;
}

Node object(std::initializer_list<std::pair<std::string_view, Node>> members) {
  Node out = config::make_mapping();
  for (const auto& [key, value] : members) append(out, key, value);
  return out;
}

Node text(std::string_view value) {
  return config::make_string(std::string(value));
}

Node number(std::uint64_t value) {
  return config::make_number(static_cast<double>(value));
}

Node texts(const std::vector<std::string>& values) {
  Node out = config::make_sequence();
  for (const std::string& value : values) out.items.push_back(text(value));
  return out;
}

void append(Node& mapping, std::string_view key, Node value) {
  mapping.members.push_back({std::string(key), {}, std::move(value)});
}

}  // namespace gw::admin
