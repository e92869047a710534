// What tests of the loader share: a text, loaded at a level, with everything that was found.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "config/diagnostic.h"
#include "config/load.h"
#include "model/entities.h"

namespace gw::config::testing {

struct Outcome {
  Sources sources;
  Diagnostics diagnostics;
  std::optional<Loaded> loaded;

  [[nodiscard]] const model::Config& config() const { return loaded.value().config; }
  // The first finding with this code, or nullptr.
  [[nodiscard]] const Diagnostic* find(std::string_view code) const;
  // "services[0].port: value should be ..." of every error, one a line.
  [[nodiscard]] std::string errors() const;
  // "GW1501 services[0]..." of everything, one a line.
  [[nodiscard]] std::string all() const;
};

[[nodiscard]] Outcome load_texts(const std::vector<std::string>& texts, LoadOptions options = {});
[[nodiscard]] Outcome load_text(std::string text, std::string_view level = {});
// The file with its `_format_version` line for that level put before it.
[[nodiscard]] Outcome load_at(std::string_view level, std::string_view text);

}  // namespace gw::config::testing
