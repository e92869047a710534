// A topology as part of another file: the `mesh` mapping of a scenario.
#pragma once

#include <optional>
#include <string>
#include <string_view>

#include "config/fields.h"
#include "connect/intention.h"
#include "mesh/topology.h"

namespace gw::mesh {

// Mistakes go to the reader; what it returns then is of no use.
[[nodiscard]] Topology read_topology(config::Reader& reader, const config::Place& at);

// "web" or "*" as an intention names it; "" or what is wrong with it.
[[nodiscard]] std::string intention_name_trouble(std::string_view name);
// Letters, digits, '-', '_' and '.', at most 63: what Consul, a leaf and a host name can carry.
[[nodiscard]] bool is_service_name(std::string_view name);

// The parts of a topology, each in a source of its own.
void read_services(config::Reader& reader, const config::Place& at, Topology& out);
// Names with ports, or a list of names.
[[nodiscard]] std::vector<TopologyCall> read_calls(config::Reader& reader, const config::Place& at);
// Reports a name that no service can have.
[[nodiscard]] bool fits_service(config::Reader& reader, const config::Span& where,
                                const std::string& path, std::string_view name);
void read_acl(config::Reader& reader, const config::Place& at, Topology& out);
// What only the whole tells: names that are nobody's, places that are taken twice.
void check_topology(config::Reader& reader, const config::Place& at, const Topology& topology);

}  // namespace gw::mesh
