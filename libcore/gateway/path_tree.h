// A radix tree from literal path prefixes to candidates, all trees of a router in one pool.
#pragma once

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
    std::uint32_t at = root;
    std::size_t depth = 0;
    for (;;) {
      const Node& node = nodes_[at];
      for (std::uint32_t i = 0; i < node.entry_count; ++i) {
        if (!visit(entries_[node.entries + i], depth)) break;
      }
      if (depth == path.size()) return;
      const auto child =
          std::string_view(child_bytes_).substr(node.children, node.child_count).find(path[depth]);
      if (child == std::string_view::npos) return;
      at = child_nodes_[node.children + child];
      const std::string_view label =
          std::string_view(labels_).substr(nodes_[at].label, nodes_[at].label_size);
      if (!path.substr(depth).starts_with(label)) return;
      depth += label.size();
    }
  }

 private:
  struct Node {
    std::uint32_t label = 0;  // into labels_
    std::uint32_t label_size = 0;
    std::uint32_t entries = 0;  // into entries_
    std::uint32_t entry_count = 0;
    std::uint32_t children = 0;  // into child_bytes_ and child_nodes_
    std::uint32_t child_count = 0;
  };
  using Pairs = std::vector<std::pair<std::string, TreeEntry>>;

  std::uint32_t build(const Pairs& pairs, std::size_t begin, std::size_t end, std::size_t from,
                      std::size_t depth);

  std::vector<Node> nodes_;
  std::vector<TreeEntry> entries_;
  std::string labels_;
  std::string child_bytes_;
  std::vector<std::uint32_t> child_nodes_;
};

}  // namespace gw::gateway
