// What a scenario's world is made of: config, stub upstreams, settings, mesh.
#pragma once

#include <string>
#include <vector>

#include "replay/scenario.h"
#include "replay/scenario_fields.h"

namespace gw::replay {

[[nodiscard]] std::vector<ConfigPart> read_config_parts(Reader& reader, const Place& at);
// A `set` may remove a stub by `~`; at the top of a scenario there is none to remove.
[[nodiscard]] StubChanges read_stub_changes(Reader& reader, const Place& at, bool may_remove);
// `change`: of a `set`, which leaves compat and nodes as they are.
[[nodiscard]] GatewayOptions read_gateway_options(Reader& reader, const Place& at, bool change);
[[nodiscard]] Counters read_counters(Reader& reader, const Place& at);
// Of a `set`, which may remove.
[[nodiscard]] std::vector<IntentionChange> read_intentions(Reader& reader, const Place& at);
// A mapping, or the path of a topology's file.
void read_mesh(Reader& reader, const Place& at, Scenario& out);

}  // namespace gw::replay
