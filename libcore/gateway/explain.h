// Fills the Trace of --explain. Only called when somebody asked: these are slow and allocate.
#pragma once

#include <cstdint>
#include <optional>

#include "gateway/compiled.h"
#include "gateway/router.h"
#include "gateway/trace.h"
#include "limit/charge.h"

namespace gw::gateway {

void explain_route(const Snapshot& snapshot, const RouteQuery& query,
                   const std::optional<RouteMatch>& match, Trace& trace);

// `picked` is the instance that applies; the others of that name are listed with the reason.
void explain_plugin(const Snapshot& snapshot, PluginKind kind, std::uint32_t route,
                    std::optional<std::uint32_t> service, std::optional<std::uint32_t> consumer,
                    std::optional<std::uint32_t> picked, Trace& trace);

void explain_counters(const Store& store, const limit::Charge& charge,
                      const limit::Reading& reading, Trace& trace);

}  // namespace gw::gateway
