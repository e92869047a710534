// The agent that `mesh intention` and `mesh fault` speak to: of flags and CONSUL_* variables.
#pragma once

#include "base/result.h"
#include "cli/parse.h"
#include "consul/settings.h"

namespace gw::app {

// ErrorCode::invalid: the command line or a variable is wrong; others: a file it names.
[[nodiscard]] Result<consul::Settings> read_mesh_consul(const cli::Invocation& invocation);

}  // namespace gw::app
