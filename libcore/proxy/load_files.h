// What the settings of a server name in the file system, read and checked before anything starts.
#pragma once

#include "base/result.h"
#include "gateway/settings_server.h"

namespace gw::proxy {

// Afterwards each certificate, key and trusted certificate is PEM text ("system" stays), pairs fit
// together, and paths of logs are complete ("-" and /dev/stderr stay). An Error names the setting
// and the file; where the setting held the text itself, it is not quoted.
[[nodiscard]] Result<void> load_files(gateway::ServerSettings& settings);

}  // namespace gw::proxy
