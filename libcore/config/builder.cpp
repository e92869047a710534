#include "config/builder.h"

#include <algorithm>
#include <numeric>
#include <unordered_set>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "config/codes.h"
#include "config/reader.h"
#include "config/scalar.h"

namespace gw::config {
namespace {

// A key may be as long as the text, and stand in each of its findings.
constexpr std::size_t kMostOfKey = 256;

void append_key(std::string& path, std::string_view key) {
  if (!path.empty()) path += '.';
  if (key.size() <= kMostOfKey) {
    path += key;
    return;
  }
  std::size_t end = kMostOfKey;
  while ((static_cast<unsigned char>(key[end]) & 0xC0U) == 0x80U) --end;
  path.append(key.substr(0, end)).append("...");
}

// Adds the members of `source` whose keys are not taken yet.
void merge_members(std::vector<Member>& out, std::unordered_set<std::string>& taken,
                   const Node& source) {
  for (const Member& m : source.members) {
    if (taken.insert(m.key).second) out.push_back(m);
  }
}

bool can_merge(const Node& value) {
  if (value.is(Kind::mapping)) return true;
  return value.is(Kind::sequence) &&
         std::ranges::all_of(value.items, [](const Node& item) { return item.is(Kind::mapping); });
}

}  // namespace

bool TreeBuilder::begin(Kind kind, Span start) {
  if (frames_.size() >= kMaxDepth) {
    // Without a path: it would be longer than all else that is said.
    diagnostics_.add(make_diagnostic("GW1006", start,
                                     fmt::format("nested more than {} levels deep", kMaxDepth)));
    return false;
  }
  if (expects_key()) {
    report("GW1010", start, fmt::format("{} cannot be a key", describe(kind)));
    return false;
  }
  if (!count_value(start)) return false;
  Frame& frame = frames_.emplace_back();
  frame.node.kind = kind;
  frame.node.where = start;
  return true;
}

bool TreeBuilder::add(Node scalar) {
  if (!count_value(scalar.where)) return false;
  check_text(scalar);
  if (expects_key()) return accept_key(frames_.back(), std::move(scalar));
  place(std::move(scalar));
  return true;
}

bool TreeBuilder::accept_key(Frame& frame, Node key) {
  if (key.is(Kind::null)) {
    report("GW1010", key.where,
           key.text.empty() ? "a key is missing here" : "a key must be text, not null");
    return false;
  }
  const bool merges = !key.quoted && key.is(Kind::string) && key.text == "<<";
  if (merges && !frame.merge) frame.merge = frame.node.members.size();
  frame.open.key = std::move(key.text);
  frame.open.key_where = key.where;
  frame.has_key = true;
  return true;
}

void TreeBuilder::place(Node value) {
  if (frames_.empty()) {
    root_ = std::move(value);
    return;
  }
  Frame& frame = frames_.back();
  if (frame.node.is(Kind::sequence)) {
    frame.node.items.push_back(std::move(value));
    return;
  }
  frame.open.value = std::move(value);
  frame.node.members.push_back(std::move(frame.open));
  frame.open = {};
  frame.has_key = false;
}

void TreeBuilder::end(Span last) {
  Frame& frame = frames_.back();
  frame.node.where.end_line = last.end_line;
  frame.node.where.end_column = last.end_column;
  refuse_duplicates(frame.node);
  if (frame.merge) merge(frame);
  Node done = std::move(frame.node);
  frames_.pop_back();
  place(std::move(done));
}

Node TreeBuilder::take() {
  return std::exchange(root_, {});
}

void TreeBuilder::clear() {
  frames_.clear();
  root_ = {};
}

bool TreeBuilder::expects_key() const {
  return !frames_.empty() && frames_.back().node.is(Kind::mapping) && !frames_.back().has_key;
}

const Member* TreeBuilder::open_key() const {
  return !frames_.empty() && frames_.back().has_key ? &frames_.back().open : nullptr;
}

const Span* TreeBuilder::open_place() const {
  return frames_.empty() ? nullptr : &frames_.back().node.where;
}

std::string TreeBuilder::path() const {
  std::string path;
  for (const Frame& frame : frames_) {
    if (frame.node.is(Kind::sequence)) {
      path += fmt::format("[{}]", frame.node.items.size());
    } else if (frame.has_key) {
      append_key(path, frame.open.key);
    }
  }
  return path;
}

bool TreeBuilder::count_value(Span where) {
  if (++values_ <= kMaxValues) return true;
  report("GW1016", where, fmt::format("more than {} values in one text", kMaxValues));
  return false;
}

void TreeBuilder::report(std::string_view code, Span where, std::string message) {
  Diagnostic d = make_diagnostic(code, where, std::move(message));
  if (diagnostics_.keeps(d.severity)) d.path = path();
  diagnostics_.add(std::move(d));
}

void TreeBuilder::check_text(const Node& node) {
  if (!node.is(Kind::string) || controls_ == Controls::taken) return;
  const std::size_t at = find_control(node.text);
  if (at == std::string::npos) return;
  report("GW1003", node.where,
         fmt::format("the string has the control character U+{:04X}",
                     static_cast<unsigned>(static_cast<unsigned char>(node.text[at]))));
}

void TreeBuilder::refuse_duplicates(const Node& mapping) {
  const auto& members = mapping.members;
  if (members.size() < 2) return;
  std::vector<std::uint32_t> order(members.size());
  std::iota(order.begin(), order.end(), 0U);
  std::ranges::sort(order, [&](std::uint32_t a, std::uint32_t b) {
    const int by_key = members[a].key.compare(members[b].key);
    return by_key != 0 ? by_key < 0 : a < b;
  });
  std::size_t first = 0;
  for (std::size_t i = 1; i < order.size(); ++i) {
    if (members[order[i]].key == members[order[first]].key) {
      report_duplicate(members[order[first]], members[order[i]]);
    } else {
      first = i;
    }
  }
}

void TreeBuilder::report_duplicate(const Member& first, const Member& again) {
  Diagnostic d = make_diagnostic("GW1009", again.key_where,
                                 fmt::format("the key \"{}\" stands twice", printable(again.key)));
  // The frame that closes is still the last one and has no open key: path() is its own path.
  d.path = path();
  append_key(d.path, again.key);
  if (again.key == "<<") d.suggestion = "merge several with a list: <<: [*a, *b]";
  d.related.push_back({first.key_where, "it stands here first"});
  diagnostics_.add(std::move(d));
}

// The merge key of YAML 1.1 (yaml.org/type/merge.html): explicit keys win, then earlier mappings.
void TreeBuilder::merge(Frame& frame) {
  std::vector<Member> old = std::move(frame.node.members);
  const Member& merged = old[*frame.merge];
  if (!can_merge(merged.value)) {
    report("GW1011", merged.value.where,
           fmt::format("<< merges a mapping or a list of mappings, not {}",
                       merged.value.is(Kind::sequence) ? "a list with other values"
                                                       : describe(merged.value.kind)));
  }
  std::unordered_set<std::string> taken;
  for (const Member& m : old) taken.insert(m.key);
  std::vector<Member> out;
  for (std::size_t i = 0; i < old.size(); ++i) {
    if (i != *frame.merge) {
      out.push_back(std::move(old[i]));
      continue;
    }
    if (old[i].value.is(Kind::mapping)) merge_members(out, taken, old[i].value);
    for (const Node& source : old[i].value.items) merge_members(out, taken, source);
  }
  frame.node.members = std::move(out);
}

}  // namespace gw::config
