// What every check is given: the level, where findings go, and where in the document it stands.
#pragma once

#include <cstddef>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "config/codes.h"
#include "config/diagnostic.h"
#include "config/tree.h"
#include "model/level.h"

namespace gw::config {

// One step of services[0].port. Steps live on the stack of the walk, so that the text is made only
// when something is reported.
struct PathStep {
  static constexpr std::size_t kNoIndex = static_cast<std::size_t>(-1);

  const PathStep* up = nullptr;
  std::string_view key{};
  std::size_t index = kNoIndex;
};
[[nodiscard]] std::string to_text(const PathStep& step);

struct Finding {
  std::string_view code;
  Span where;
  std::string path;
  std::string message;
  std::string expected = {};
  std::string suggestion = {};
  std::vector<Related> related = {};
};

class CheckContext {
 public:
  CheckContext(model::Level level, Diagnostics& diagnostics)
      : level_(level), diagnostics_(&diagnostics) {}

  [[nodiscard]] const model::Level& level() const { return level_; }
  [[nodiscard]] bool before(int major, int minor) const {
    return level_ < model::Level{major, minor};
  }
  [[nodiscard]] std::size_t errors() const { return diagnostics_->errors(); }
  [[nodiscard]] Diagnostics& diagnostics() { return *diagnostics_; }

  // With the severity of the code's row.
  void report(Finding finding);
  void report(Finding finding, Severity severity);

  // Whether paths of the document at hand are of format 1.1 or 2.1 and the level is 3.x.
  bool migrates = false;
  // The time at which certificates must not have expired; nullopt: not checked.
  std::optional<WallSeconds> now;

 private:
  model::Level level_;
  Diagnostics* diagnostics_;
};

// Where a mapping begins, for what is missing in it: its first key, else itself.
[[nodiscard]] Span start_of(const Node& mapping);
// The value of `key`, unless it is missing or null.
[[nodiscard]] const Node* present(const Node& mapping, std::string_view key);
// Whether a node can be read as a list: an empty mapping and an empty list are the same to Kong.
[[nodiscard]] bool is_list(const Node& node);
[[nodiscard]] bool is_record(const Node& node);

}  // namespace gw::config
