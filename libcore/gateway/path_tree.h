// A radix tree from literal path prefixes to candidates, all trees of a router in one pool.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace gw::gateway {

// A candidate as one host bucket holds it; the candidate's index is its rank, 0 the strongest.
struct TreeEntry {
  std::uint32_t candidate = 0;
  std::uint16_t port = 0;  // the host's port that is asked for; 0: any
};

class PathTrees {
 public:
  using Root = std::uint32_t;

  // Builds a tree from (literal, entry) pairs; entries of one literal are kept in rank order.
  Root add(std::vector<std::pair<std::string, TreeEntry>> pairs);

  // Calls visit(entry, depth) for the entries of every literal that `path` starts with, the
  // shortest first; visit returns false to leave the rest of that literal's entries out.
  template <class Visit>
  void walk(Root root, std::string_view path, Visit visit) const {
    const Node* node = &nodes_[root];
    std::size_t depth = 0;
    for (;;) {
      for (std::uint32_t i = 0; i < node->entry_count; ++i) {
        if (!visit(entries_[node->entries + i], depth)) break;
      }
      if (depth == path.size()) return;
      const auto child = bytes_of(*node).find(path[depth]);
      if (child == std::string_view::npos) return;
      node = &nodes_[node->first_child + child];
      // The first character of a label is the byte that led to it.
      if (node->label_size > 1 && !path.substr(depth).starts_with(label_of(*node))) return;
      depth += node->label_size;
    }
  }

 private:
  static constexpr std::size_t kInlineBytes = 12;  // the ten digits, '/' and one more

  // Children stand side by side, their first characters in the parent: a step down the tree costs
  // one cache miss, not four.
  struct Node {
    std::uint32_t label = 0;  // into texts_
    std::uint32_t label_size = 0;
    std::uint32_t entries = 0;  // into entries_
    std::uint32_t entry_count = 0;
    std::uint32_t first_child = 0;  // into nodes_
    std::uint32_t child_count = 0;
    std::array<char, kInlineBytes> bytes{};  // the children's first characters, when they fit
    std::uint32_t long_bytes = 0;            // into texts_, when they do not
  };
  using Pairs = std::vector<std::pair<std::string, TreeEntry>>;

  [[nodiscard]] std::string_view bytes_of(const Node& node) const {
    const char* const at =
        node.child_count <= kInlineBytes ? node.bytes.data() : texts_.data() + node.long_bytes;
    return {at, node.child_count};
  }
  [[nodiscard]] std::string_view label_of(const Node& node) const {
    return std::string_view(texts_).substr(node.label, node.label_size);
  }
  void build(std::uint32_t index, const Pairs& pairs, std::size_t begin, std::size_t end,
             std::size_t from, std::size_t depth);
  void set_bytes(Node& node, std::string_view bytes);

  std::vector<Node> nodes_;
  std::vector<TreeEntry> entries_;
  std::string texts_;
};

}  // namespace gw::gateway
