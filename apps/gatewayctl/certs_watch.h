// `certs fetch --watch`: files that follow Consul until somebody says stop.
#pragma once

#include "base/clock.h"
#include "certs_plan.h"
#include "cli/parse.h"
#include "signals.h"

namespace gw::app {

// SIGTERM and SIGINT end it, SIGHUP asks anew.
[[nodiscard]] cli::Exit watch_certs(const CertsPlan& plan, const Clock& clock,
                                    const Signals& signals);

}  // namespace gw::app
