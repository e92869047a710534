// What is wrong with a config, as events of the operational log: without the lines of the files,
// which may hold keys.
#pragma once

#include <string>

#include "inputs.h"
#include "proxy/log.h"

namespace gw::app {

void log_findings(const Inputs& inputs, proxy::Log& log);

// As validate prints them, but for the files' lines.
[[nodiscard]] std::string render_findings(const Inputs& inputs, bool color);

}  // namespace gw::app
