// What the commands share: configs named on the command line, read, patched and loaded.
#pragma once

#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "cli/parse.h"
#include "config/load.h"

namespace gw::app {

// Everything that was read for one command, and what was found wrong with it.
struct Inputs {
  config::Sources sources;
  config::Diagnostics diagnostics;
  std::vector<config::Document> documents;
  std::vector<config::Patch> patches;
  bool unreachable = false;  // an input could not be read; that has been told
};

// --compat; the parser has seen to it that it is a level.
[[nodiscard]] std::optional<model::Level> compat_of(const cli::Invocation& invocation);

// For load(): the level of --compat, and the time for what expires.
[[nodiscard]] config::LoadOptions load_options(const cli::Invocation& invocation);

// The --patch flags. An Error is a mistake on the command line.
[[nodiscard]] Result<void> read_patches(const cli::Invocation& invocation, Inputs& inputs);

// Reads the paths' documents; what cannot be read is told and remembered in `unreachable`.
void read_configs(const std::vector<std::string>& paths, Inputs& inputs);
// What cannot be read is told and remembered in `unreachable`; a text over the bound is a finding.
void remember(const std::string& path, const Error& error, Inputs& inputs);

// Whether a scenario names a file that cannot be read: as one that was named on the command line.
[[nodiscard]] bool names_unreadable_file(const config::Diagnostics& found);

}  // namespace gw::app
