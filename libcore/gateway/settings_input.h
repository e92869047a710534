// Where settings come from: kong.conf, KONG_* variables and --set, each with its place.
//
// Later sources win: a caller applies the file first, then the environment, then the flags.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "config/diagnostic.h"
#include "gateway/settings.h"
#include "gateway/settings_server.h"

namespace gw::gateway {

// All that a node can be told.
struct NodeSettings {
  Settings decisions;
  ServerSettings server;
};

// One "name = value" as it was written.
struct WrittenSetting {
  std::string name;
  std::string value;
  config::Span where;
  bool from_environment = false;  // then unknown names and those without effect are nobody's fault
};

// The lines of a kong.conf: `name = value`, `#` begins a comment unless it is written `\#`.
[[nodiscard]] std::vector<WrittenSetting> read_kong_conf(const config::Sources& sources,
                                                         config::FileId file,
                                                         config::Diagnostics& diagnostics);

// Of "NAME=VALUE" strings as the environment has them: those that begin with KONG_.
[[nodiscard]] std::vector<WrittenSetting> read_environment(
    const std::vector<std::string_view>& variables, config::Sources& sources);

// A kong.conf for error messages: values of passwords and keys that have no effect here are masked.
[[nodiscard]] std::string without_secrets(std::string_view kong_conf);

// "NAME=VALUE" of the command line.
[[nodiscard]] Result<WrittenSetting> read_set_flag(std::string_view text, config::Sources& sources);

// In order; what is unknown, wrong or without effect goes to `diagnostics`.
void apply_settings(NodeSettings& settings, const std::vector<WrittenSetting>& written,
                    config::Diagnostics& diagnostics);

}  // namespace gw::gateway
