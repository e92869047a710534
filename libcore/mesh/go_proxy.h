// A Connect proxy's configuration out of a definition: services of the agent and of the catalog
// hold the same.
#pragma once

#include <string>
#include <vector>

#include "mesh/catalog_types.h"
#include "mesh/go_decode.h"

namespace gw::mesh {

// `problems`: what validation has to say about Expose.
[[nodiscard]] GoRead go_proxy(ProxyFields& proxy, std::vector<std::string>& problems);
[[nodiscard]] GoRead go_tagged_addresses(std::map<std::string, TaggedAddress>& to);
// 0 for what is none.
[[nodiscard]] std::uint16_t to_port(std::int64_t port);

}  // namespace gw::mesh
