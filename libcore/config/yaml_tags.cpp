#include "config/yaml_tags.h"

#include <algorithm>
#include <array>

#include <fmt/format.h>

#include "base/text.h"

namespace gw::config {
namespace {

constexpr std::string_view kCore = "tag:yaml.org,2002:";

struct TagRow {
  std::string_view tag;
  Kind kind;
  bool whole;  // the number has to be written as an integer
};

constexpr std::array kTags{
    TagRow{"bool", Kind::boolean, false}, TagRow{"float", Kind::number, false},
    TagRow{"int", Kind::number, true},    TagRow{"map", Kind::mapping, false},
    TagRow{"null", Kind::null, false},    TagRow{"seq", Kind::sequence, false},
    TagRow{"str", Kind::string, false},
};

const TagRow* find_tag(std::string_view tag) {
  if (!tag.starts_with(kCore)) return nullptr;
  const auto* const row = std::ranges::find(kTags, tag.substr(kCore.size()), &TagRow::tag);
  return row == kTags.end() ? nullptr : row;
}

}  // namespace

std::string short_tag(std::string_view tag) {
  if (tag.starts_with(kCore)) return fmt::format("!!{}", printable(tag.substr(kCore.size())));
  return printable(tag);
}

bool fits_collection(std::string_view tag, Kind kind) {
  if (tag == "?" || tag == "!" || tag.empty()) return true;
  const TagRow* row = find_tag(tag);
  return row != nullptr && row->kind == kind;
}

TagOutcome apply_tag(Node& node, std::string_view tag) {
  if (tag == "?" || tag.empty()) return {{}, resolve_scalar(node)};
  node.kind = Kind::string;
  node.quoted = true;
  if (tag == "!") return {};
  const TagRow* row = find_tag(tag);
  if (row == nullptr) return {fmt::format("the tag {} is unknown", short_tag(tag)), {}};
  if (row->kind == Kind::string) return {};
  node.quoted = false;
  const ScalarTrouble trouble = resolve_scalar(node);
  const bool whole =
      node.text.find_first_of(".eE") == std::string::npos || node.text.starts_with("0x");
  if (node.kind == row->kind && (!row->whole || whole)) return {{}, trouble};
  return {fmt::format("the tag {} does not fit \"{}\"", short_tag(tag), printable(node.text)), {}};
}

}  // namespace gw::config
