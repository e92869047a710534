// Which settings a reload has found changed and cannot bring into force.
#pragma once

#include <string_view>
#include <vector>

#include "gateway/settings_server.h"

namespace gw::app {

// Of complete settings; by Kong's names. Certificates and what changes decisions are not among
// them: a reload takes those.
[[nodiscard]] std::vector<std::string_view> restart_needed(const gateway::ServerSettings& running,
                                                           const gateway::ServerSettings& wanted);

}  // namespace gw::app
