// From files to the model: read, patch, translate, check, link.
#pragma once

#include <optional>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "config/diagnostic.h"
#include "config/tree.h"
#include "model/entities.h"
#include "model/level.h"

namespace gw::config {

// A document of a config: Kong's declarative format or a Kubernetes object.
struct Document {
  Node root;
  bool named = true;  // the user named its file; false: found in a folder
};

// An RFC 7396 merge patch on a Kubernetes object, such as ingress/web.
struct Patch {
  std::string kind;
  std::string name;
  Node with;
  Span where;
};

struct LoadOptions {
  std::optional<model::Level> level;        // --compat; by default what the documents say
  std::set<std::string> allow_unsupported;  // plugins that guard access and may be left out
  // Whether a plugin that guards access and is not run is an error (serve, replay) or a warning.
  bool refuse_unsupported_guards = false;
  // The time at which CA certificates must not have expired; nullopt: not checked.
  std::optional<WallSeconds> now = std::nullopt;
};

struct Loaded {
  model::Config config;
};

// Reads a file or a folder (*.yml *.yaml *.json below it; *.scenario.yml are left to replay) and
// appends its documents. An unreadable path is an Error; what is wrong inside goes to diagnostics.
[[nodiscard]] Result<void> read_config(const std::string& path, Sources& sources,
                                       std::vector<Document>& documents, Diagnostics& diagnostics);

// "KIND/NAME=JSON", as --patch has it.
[[nodiscard]] Result<Patch> parse_patch(std::string_view text, Sources& sources,
                                        Diagnostics& diagnostics);

// All documents merged into one config. nullopt when there was an error; every mistake is in
// `diagnostics`.
[[nodiscard]] std::optional<Loaded> load(const std::vector<Document>& documents,
                                         const std::vector<Patch>& patches,
                                         const LoadOptions& options, Diagnostics& diagnostics);

}  // namespace gw::config
