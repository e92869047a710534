#include "replay/scenario_config.h"

#include <utility>

namespace gw::replay {

Result<std::optional<config::Loaded>> load_config(const std::vector<ConfigPart>& parts,
                                                  const config::LoadOptions& options,
                                                  config::Sources& sources,
                                                  config::Diagnostics& diagnostics) {
  std::vector<config::Document> documents;
  std::vector<config::Patch> patches;
  for (const ConfigPart& part : parts) {
    if (const auto* path = std::get_if<ConfigPath>(&part)) {
      auto read = config::read_config(path->path, sources, documents, diagnostics);
      if (!read) return std::unexpected(std::move(read.error()));
    } else if (const auto* document = std::get_if<config::Node>(&part)) {
      documents.push_back({.root = *document, .named = true});
    } else {
      patches.push_back(std::get<config::Patch>(part));
    }
  }
  return config::load(documents, patches, options, diagnostics);
}

}  // namespace gw::replay
