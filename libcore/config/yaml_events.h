// The events of one YAML document, kept while an anchor is open so that an alias can repeat them.
//
// Repeating is bounded by kMaxAliases and kMaxAliasVisits: nine lines of aliases can stand for
// 9^9 values ("billion laughs"), and a tree has to be made of every one.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string>
#include <unordered_map>
#include <vector>

#include "config/builder.h"
#include "config/diagnostic.h"
#include "config/tree.h"

namespace gw::config {

// Values that anchors may hold, a document: they are kept twice. About 150 MB.
inline constexpr std::size_t kMaxAnchoredEvents = 1'000'000;

using AnchorId = std::size_t;  // 0: none

struct YamlEvent {
  enum class Type : std::uint8_t { scalar, begin, end, alias };
  Type type = Type::scalar;
  Node node;  // a scalar; of begin only kind and place; of the others only the place
  AnchorId alias = 0;
};

// Calls return false when the text has to be given up; the reason is reported.
class YamlReplay {
 public:
  YamlReplay(TreeBuilder& builder, Diagnostics& diagnostics)
      : builder_(builder), diagnostics_(diagnostics) {}

  [[nodiscard]] bool scalar(Node node, AnchorId anchor);
  [[nodiscard]] bool begin(Kind kind, Span start, AnchorId anchor);
  void end(Span last);
  [[nodiscard]] bool alias(AnchorId anchor, Span where, const std::string& name);
  // For the next document: anchors end with theirs; the count of visits goes on, as it bounds a
  // text.
  void clear();

 private:
  struct Range {
    std::size_t begin = 0;
    std::size_t end = 0;
    bool open = true;
  };
  TreeBuilder& builder_;
  Diagnostics& diagnostics_;
  std::vector<YamlEvent> log_;
  std::vector<AnchorId> open_;  // one a collection that is open
  std::size_t open_anchors_ = 0;
  std::unordered_map<AnchorId, Range> anchors_;
  std::size_t aliases_ = 0;
  std::size_t visits_ = 0;

  [[nodiscard]] bool fits(Span where);
  void record(YamlEvent event);
  [[nodiscard]] bool repeat(const Range& range, Span where, Span alias);
  [[nodiscard]] bool repeat_event(std::size_t at, Span where, Span alias);
  [[nodiscard]] bool stop(std::string_view code, Span where, std::string message);
};

}  // namespace gw::config
