#include "reading.h"

#include <utility>

#include <fmt/format.h>

namespace gw::config::testing {

Read read(std::string_view text, std::string name) {
  Read out;
  const FileId file = out.sources.add(std::move(name), std::string(text));
  out.documents = read_documents(out.sources, file, out.found);
  return out;
}

std::string place(const Span& where) {
  return fmt::format("{}:{}-{}:{}", where.line, where.column, where.end_line, where.end_column);
}

std::string places(const Diagnostics& found) {
  std::string out;
  for (const Diagnostic& d : found.all()) {
    if (!out.empty()) out += '\n';
    out += fmt::format("{} {}", d.code, place(d.where));
  }
  return out;
}

std::string shape(const Node& node) {
  std::string out;
  switch (node.kind) {
    case Kind::null:
      return "null";
    case Kind::boolean:
      return node.boolean ? "true" : "false";
    case Kind::number:
      return fmt::format("{}{}", node.number, node.integer ? "i" : "f");
    case Kind::string:
      return '"' + node.text + '"';
    case Kind::sequence:
      for (const Node& item : node.items) out += (out.empty() ? "" : ",") + shape(item);
      return '[' + out + ']';
    case Kind::mapping:
      for (const Member& m : node.members) {
        out += (out.empty() ? "" : ",") + m.key + ':' + shape(m.value);
      }
      return '{' + out + '}';
  }
  return out;
}

}  // namespace gw::config::testing
