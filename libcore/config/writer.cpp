#include "config/writer.h"

#include <algorithm>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "config/scalar.h"

namespace gw::config {
namespace {

// Characters that mean nothing to YAML wherever they stand in a plain scalar, after a first letter,
// digit, '/' or '_'.
bool is_harmless(char c) {
  return is_alnum(c) || std::string_view("_/.-+@~$^()").find(c) != std::string_view::npos;
}

bool can_be_plain(std::string_view text) {
  if (text.empty() || !(is_alnum(text.front()) || text.front() == '/' || text.front() == '_')) {
    return false;
  }
  for (std::size_t at = 0; at < text.size(); ++at) {
    const bool inner_colon = text[at] == ':' && at + 1 < text.size() && is_harmless(text[at + 1]);
    if (!is_harmless(text[at]) && !inner_colon) return false;
  }
  Node node;
  node.kind = Kind::string;
  node.text = std::string(text);
  return resolve_scalar(node) == ScalarTrouble::none && node.is(Kind::string);
}

std::string quote(std::string_view text) {
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
        out += c;
    }
  }
  return out + '"';
}

std::string text_of(std::string_view text) {
  return can_be_plain(text) ? std::string(text) : quote(text);
}

std::string scalar(const Node& node) {
  switch (node.kind) {
    case Kind::boolean:
      return node.boolean ? "true" : "false";
    case Kind::number:
      return fmt::format("{}", node.number);  // the shortest that reads back
    case Kind::string:
      return text_of(node.text);
    case Kind::sequence:
      return "[]";
    case Kind::mapping:
      return "{}";
    case Kind::null:
      break;
  }
  return "null";
}

bool has_children(const Node& node) {
  return !node.items.empty() || !node.members.empty();
}

// Writes blocks; `indent` is the column of the block's keys or dashes.
class Writer {
 public:
  void block(const Node& node, std::size_t indent) {
    if (node.is(Kind::sequence)) {
      for (const Node& item : node.items) {
        margin(indent);
        entry(item, indent);
      }
    } else {
      for (const Member& member : node.members) {
        if (!std::exchange(after_dash_, false)) margin(indent);
        field(member, indent);
      }
    }
  }
  std::string take() { return std::move(out_); }

 private:
  std::string out_;
  bool after_dash_ = false;  // the block's first key stands behind a dash

  void margin(std::size_t indent) { out_.append(indent, ' '); }

  void entry(const Node& item, std::size_t indent) {
    out_ += '-';
    if (!has_children(item)) {
      out_.append(" ").append(scalar(item)).append("\n");
    } else if (item.is(Kind::mapping)) {
      out_ += ' ';
      after_dash_ = true;
      block(item, indent + 2);
    } else {
      out_ += '\n';
      block(item, indent + 2);
    }
  }

  void field(const Member& member, std::size_t indent) {
    out_.append(text_of(member.key)).append(":");
    if (!has_children(member.value)) {
      out_.append(" ").append(scalar(member.value)).append("\n");
      return;
    }
    out_ += '\n';
    // Dashes stand below their key, as Kong's own examples have them.
    block(member.value, member.value.is(Kind::sequence) ? indent : indent + 2);
  }
};

}  // namespace

std::string write_yaml(const Node& node) {
  if (!has_children(node)) return scalar(node) + "\n";
  Writer writer;
  writer.block(node, 0);
  return writer.take();
}

}  // namespace gw::config
