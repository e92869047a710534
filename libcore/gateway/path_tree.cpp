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
  const Root root = narrow(nodes_.size());
  nodes_.emplace_back();
  build(root, pairs, 0, pairs.size(), 0, 0);
  return root;
}

void PathTrees::set_bytes(Node& node, std::string_view bytes) {
  node.child_count = narrow(bytes.size());
  if (bytes.size() <= kInlineBytes) {
    std::ranges::copy(bytes, node.bytes.begin());
  } else {
    node.long_bytes = narrow(texts_.size());
    texts_ += bytes;
  }
}

// Fills node `index` for pairs[begin, end), which agree up to `depth`; its label is their text
// from `from`. Recursion is as deep as one literal has branching points, and literals are bounded
// by the config.
void PathTrees::build(std::uint32_t index, const Pairs& pairs, std::size_t begin, std::size_t end,
                      std::size_t from, std::size_t depth) {
  Node node;
  if (begin < end) {
    node.label = narrow(texts_.size());
    node.label_size = narrow(depth - from);
    texts_ += std::string_view(pairs[begin].first).substr(from, depth - from);
  }
  node.entries = narrow(entries_.size());
  while (begin < end && pairs[begin].first.size() == depth) {
    entries_.push_back(pairs[begin++].second);
  }
  node.entry_count = narrow(entries_.size()) - node.entries;

  std::string bytes;
  std::vector<std::size_t> starts;  // of the groups that go on with one character
  for (std::size_t i = begin; i < end; ++i) {
    const char byte = pairs[i].first[depth];
    if (!bytes.empty() && bytes.back() == byte) continue;
    bytes += byte;
    starts.push_back(i);
  }
  starts.push_back(end);
  set_bytes(node, bytes);
  node.first_child = narrow(nodes_.size());
  nodes_[index] = node;
  nodes_.resize(nodes_.size() + bytes.size());
  for (std::size_t i = 0; i < bytes.size(); ++i) {
    const std::size_t agreed =
        common_prefix(pairs[starts[i]].first, pairs[starts[i + 1] - 1].first, depth);
    build(node.first_child + narrow(i), pairs, starts[i], starts[i + 1], depth, agreed);
  }
}

}  // namespace gw::gateway
