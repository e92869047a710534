#include "gateway/path_tree.h"

#include <algorithm>
#include <tuple>

namespace gw::gateway {
namespace {

std::uint32_t narrow(std::size_t n) {
  return static_cast<std::uint32_t>(n);
}

std::size_t common_prefix(std::string_view a, std::string_view b, std::size_t from) {
  const std::size_t limit = std::min(a.size(), b.size());
  while (from < limit && a[from] == b[from]) ++from;
  return from;
}

}  // namespace

PathTrees::Root PathTrees::add(Pairs pairs) {
  std::ranges::sort(pairs, [](const auto& a, const auto& b) {
    return std::tie(a.first, a.second.candidate, a.second.port) <
           std::tie(b.first, b.second.candidate, b.second.port);
  });
  return build(pairs, 0, pairs.size(), 0, 0);
}

// The node for pairs[begin, end), which agree up to `depth`; its label is their text from `from`.
// Recursion is as deep as one literal has branching points, and literals are bounded by the config.
std::uint32_t PathTrees::build(const Pairs& pairs, std::size_t begin, std::size_t end,
                               std::size_t from, std::size_t depth) {
  const std::uint32_t index = narrow(nodes_.size());
  Node node;
  if (begin < end) {
    node.label = narrow(labels_.size());
    node.label_size = narrow(depth - from);
    labels_ += std::string_view(pairs[begin].first).substr(from, depth - from);
  }
  node.entries = narrow(entries_.size());
  while (begin < end && pairs[begin].first.size() == depth) {
    entries_.push_back(pairs[begin++].second);
  }
  node.entry_count = narrow(entries_.size()) - node.entries;
  nodes_.push_back(node);

  std::string bytes;
  std::vector<std::uint32_t> children;
  while (begin < end) {
    const char byte = pairs[begin].first[depth];
    std::size_t group = begin;
    while (group < end && pairs[group].first[depth] == byte) ++group;
    const std::size_t agreed = common_prefix(pairs[begin].first, pairs[group - 1].first, depth);
    bytes += byte;
    children.push_back(build(pairs, begin, group, depth, agreed));
    begin = group;
  }
  nodes_[index].children = narrow(child_bytes_.size());
  nodes_[index].child_count = narrow(bytes.size());
  child_bytes_ += bytes;
  child_nodes_.insert(child_nodes_.end(), children.begin(), children.end());
  return index;
}

}  // namespace gw::gateway
