#include "config/tree.h"

#include <algorithm>
#include <array>
#include <cmath>
#include <utility>

#include "base/text.h"

namespace gw::config {
namespace {

constexpr std::array<std::string_view, 6> kKindNames{"null",     "a boolean", "a number",
                                                     "a string", "a list",    "a mapping"};

Node make(Kind kind, Span where) {
  Node node;
  node.kind = kind;
  node.where = where;
  return node;
}

void erase_member(Node& mapping, std::string_view key) {
  std::erase_if(mapping.members, [&](const Member& m) { return m.key == key; });
}

}  // namespace

const Member* Node::member(std::string_view key) const {
  if (kind != Kind::mapping) return nullptr;
  const auto at = std::ranges::find(members, key, &Member::key);
  return at == members.end() ? nullptr : &*at;
}

const Node* Node::find(std::string_view key) const {
  const Member* found = member(key);
  return found == nullptr ? nullptr : &found->value;
}

Node* Node::find(std::string_view key) {
  if (kind != Kind::mapping) return nullptr;
  const auto at = std::ranges::find(members, key, &Member::key);
  return at == members.end() ? nullptr : &at->value;
}

std::string_view describe(Kind kind) {
  return kKindNames.at(static_cast<std::size_t>(kind));
}

Node make_string(std::string text, Span where) {
  Node node = make(Kind::string, where);
  node.quoted = true;
  node.text = std::move(text);
  return node;
}

Node make_number(double number, Span where) {
  Node node = make(Kind::number, where);
  node.number = number;
  node.integer = std::floor(number) == number;
  node.text = format_number(number);
  return node;
}

Node make_boolean(bool value, Span where) {
  Node node = make(Kind::boolean, where);
  node.boolean = value;
  node.text = value ? "true" : "false";
  return node;
}

Node make_sequence(std::vector<Node> items, Span where) {
  Node node = make(Kind::sequence, where);
  node.items = std::move(items);
  return node;
}

Node make_mapping(std::vector<Member> members, Span where) {
  Node node = make(Kind::mapping, where);
  node.members = std::move(members);
  return node;
}

void set(Node& mapping, std::string key, Node value) {
  if (Node* old = mapping.find(key)) {
    *old = std::move(value);
    return;
  }
  const Span where = value.where;
  mapping.members.push_back({std::move(key), where, std::move(value)});
}

void merge_patch(Node& target, const Node& patch) {
  if (!patch.is(Kind::mapping)) {
    target = patch;
    return;
  }
  if (!target.is(Kind::mapping)) target = make(Kind::mapping, patch.where);
  for (const Member& m : patch.members) {
    if (m.value.is(Kind::null)) {
      erase_member(target, m.key);
      continue;
    }
    Node* old = target.find(m.key);
    if (old == nullptr) {
      // Merged into an empty place, not copied: the nulls inside a new mapping must go too.
      target.members.push_back({m.key, m.key_where, make(Kind::null, m.value.where)});
      old = &target.members.back().value;
    }
    merge_patch(*old, m.value);
  }
}

}  // namespace gw::config
