// Where the gateway configs of scenarios come from, with the command line's say in it.
#pragma once

#include <expected>
#include <optional>
#include <set>
#include <string>
#include <vector>

#include "config/diagnostic.h"
#include "config/load.h"
#include "model/entities.h"
#include "model/level.h"
#include "replay/scenario.h"

namespace gw::replay {

// Why there is no config, worded for people; several lines when it has several mistakes.
struct ConfigRefusal {
  std::string why;
  bool out_of_reach = false;  // a file could not be read
};

struct ConfigOptions {
  std::vector<ConfigPart> instead;     // of the scenario's own (-c); empty: the scenario's own
  std::vector<config::Patch> patches;  // on top of either (--patch)
  std::optional<model::Level> level;   // where the scenario names no compat level (--compat)
  std::set<std::string> allow_unsupported;
};

// `options` and `sources` outlive it.
class ConfigSource {
 public:
  ConfigSource(const ConfigOptions& options, config::Sources& sources)
      : options_(options), sources_(sources) {}

  using Outcome = std::expected<model::Config, ConfigRefusal>;
  // The config that the scenario starts with.
  [[nodiscard]] Outcome initial(const Scenario& scenario) const;
  // The config that a step of it sets.
  [[nodiscard]] Outcome replacement(const Scenario& scenario,
                                    const std::vector<ConfigPart>& parts) const;

 private:
  [[nodiscard]] Outcome load(const Scenario& scenario, const std::vector<ConfigPart>& parts) const;

  const ConfigOptions& options_;
  config::Sources& sources_;
};

}  // namespace gw::replay
