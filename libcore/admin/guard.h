// Requests that a web page made a browser send: refused before anything looks at them
// (hardening.md A2). Kong answers them; a browser on the node's machine can reach loopback.
#pragma once

#include <optional>
#include <string>

#include "admin/api.h"
#include "admin/live_node.h"

namespace gw::admin {

// Why the request is refused (403); nullopt when it may go on.
//
// Host has to be an address, a loopback name or one of `allowed_hosts` (DNS rebinding always comes
// with the attacker's name). An Origin has to be one of `allowed_origins`.
[[nodiscard]] std::optional<std::string> objection(const Request& request, const NodeInfo& info);

// The request's Origin when the list allows it; "*" when there is none.
[[nodiscard]] std::string allowed_origin(const Request& request);

}  // namespace gw::admin
