// Puts a tree together from a reader's events, and checks what holds for YAML and JSON alike:
// depth, number of values, keys that are text and stand once, strings without controls, merges.
//
// In a mapping keys and values alternate. A call that returns false has reported why the text has
// to be given up; other findings are reported and the tree goes on.
#pragma once

#include <cstddef>
#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "config/diagnostic.h"
#include "config/tree.h"

namespace gw::config {

// 4 million values are about 600 MB of tree: far above real configs (a fleet's 20 MiB has one
// million), far below what a 64 MiB text of "[[],[],..." would take.
inline constexpr std::size_t kMaxValues = 4'000'000;

// Whether strings may have control characters: a config's may not, what a peer answers may.
enum class Controls : std::uint8_t { refused, taken };

class TreeBuilder {
 public:
  explicit TreeBuilder(Diagnostics& diagnostics, Controls controls = Controls::refused)
      : diagnostics_(diagnostics), controls_(controls) {}

  [[nodiscard]] bool begin(Kind kind, Span start);
  [[nodiscard]] bool add(Node scalar);
  // `last` is the token that closes the collection, or the last one in it.
  void end(Span last);

  // The whole document once every collection is closed.
  [[nodiscard]] Node take();
  // Starts anew; the count of values goes on, as it bounds a text.
  void clear();

  // Where the value that comes next belongs: services[0].port; of long keys the beginning.
  [[nodiscard]] std::string path() const;
  // The key whose value comes next, or nullptr.
  [[nodiscard]] const Member* open_key() const;
  [[nodiscard]] bool expects_key() const;
  [[nodiscard]] std::size_t depth() const { return frames_.size(); }
  // Of the innermost collection that is open, or nullptr.
  [[nodiscard]] const Span* open_place() const;

 private:
  struct Frame {
    Node node;
    Member open;  // the key that waits for its value
    bool has_key = false;
    std::optional<std::size_t> merge;  // the member that is a plain <<
  };
  Diagnostics& diagnostics_;
  Controls controls_;
  std::vector<Frame> frames_;
  Node root_;
  std::size_t values_ = 0;

  [[nodiscard]] bool count_value(Span where);
  [[nodiscard]] bool accept_key(Frame& frame, Node key);
  void place(Node value);
  void report(std::string_view code, Span where, std::string message);
  void check_text(const Node& node);
  void refuse_duplicates(const Node& mapping);
  void report_duplicate(const Member& first, const Member& again);
  void merge(Frame& frame);
};

}  // namespace gw::config
