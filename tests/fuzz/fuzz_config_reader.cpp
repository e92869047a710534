// Any octets through the config reader and the renderers: no crash, no hang, and what reader.h and
// tree.h promise holds. The first octet chooses the name, and so the language.
#include <array>
#include <cstddef>
#include <cstdint>
#include <cstdlib>
#include <functional>
#include <set>
#include <string>
#include <string_view>

#include "base/text.h"
#include "config/codes.h"
#include "config/reader.h"
#include "config/render.h"

namespace {

using gw::config::Node;
using gw::config::Sources;
using gw::config::Span;

void require(bool holds) {
  if (!holds) std::abort();
}

void check_place(const Span& where) {
  require(where.line >= 1 && where.column >= 1 && where.file == 0);
  require(where.end_line > where.line ||
          (where.end_line == where.line && where.end_column >= where.column));
}

void check_tree(const Node& node, std::size_t depth) {
  const bool scalar = node.items.empty() && node.members.empty();
  require(scalar || depth <= gw::config::kMaxDepth);
  check_place(node.where);
  require(gw::is_utf8(node.text) && node.text.find('\0') == std::string::npos);
  for (const Node& item : node.items) check_tree(item, depth + 1);
  std::set<std::string_view> keys;
  for (const auto& member : node.members) {
    require(keys.insert(member.key).second);
    check_place(member.key_where);
    check_tree(member.value, depth + 1);
  }
}

}  // namespace

extern "C" int LLVMFuzzerTestOneInput(const std::uint8_t* data, std::size_t size) {
  constexpr std::array<std::string_view, 3> kNames{"a.yml", "a.json", "--patch"};
  if (size == 0) return 0;
  Sources sources;
  const auto file =
      sources.add(std::string(kNames[data[0] % kNames.size()]), std::string(data + 1, data + size));
  gw::config::Diagnostics found;
  const auto documents = gw::config::read_documents(sources, file, found);
  for (const Node& document : documents) check_tree(document, 1);
  for (const auto& d : found.all()) {
    check_place(d.where);
    require(gw::config::find_code(d.code) != nullptr);
  }
  require(gw::is_utf8(render_text(found, sources, true)));
  require(gw::is_utf8(render_github(found, sources)));
  // The others write the whole table of codes each time: too slow for every input. Which have them
  // is no octet's choice, or the corpus would come to be full of those that do.
  const std::string_view all(reinterpret_cast<const char*>(data), size);
  if (std::hash<std::string_view>{}(all) % 64 != 0) return 0;
  for (const std::string& report :
       {render_json(found, sources), render_junit(found, sources), render_sarif(found, sources)}) {
    require(gw::is_utf8(report));
  }
  return 0;
}
