// What the catalog, health and agent endpoints share.
//
// Only endpoint sources include this (see reply_json.h).
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "mesh/call.h"
#include "mesh/catalog_types.h"
#include "mesh/endpoints.h"
#include "mesh/reply_json.h"
#include "mesh/state.h"

namespace gw::mesh {

// Makes the catalog's own node that of the settings, and its checks run.
void prepare_catalog(State& state);

[[nodiscard]] bool may(const State& state, const Call& call, Resource resource,
                       std::string_view name, Access access);
[[nodiscard]] bool may_see(const State& state, const Call& call, const ServiceInstance& service);
[[nodiscard]] bool may_see(const State& state, const Call& call, const Node& node);
// A check of a service goes with the service, one of the node with the node.
[[nodiscard]] bool may_see(const State& state, const Call& call, const Node& node,
                           const Check& check);
// "Permission denied: Missing service:write on web"
[[nodiscard]] Reply missing_right(std::string_view right, std::string_view name);

// A list as the servers answer it: with index and consistency. `filter=` is applied to the elements
// of an array, or to the values of an object.
[[nodiscard]] Reply list_reply(const Call& call, Json list, const Json& shape, std::uint64_t index);
// As above without the servers' fields, for what the agent knows itself.
[[nodiscard]] Reply local_reply(const Call& call, Json list, const Json& shape);
// `shape`: an element by example (filter.h). Takes out of `list` what `filter=` does not match; a
// Reply: the expression is wrong.
[[nodiscard]] std::optional<Reply> apply_filter(const Call& call, Json& list, const Json& shape);

// node-meta=key:value, each.
[[nodiscard]] bool has_wanted_meta(const Call& call, const Node& node);
// tag=x, each, in any case.
[[nodiscard]] bool has_wanted_tags(const Call& call, const ServiceInstance& service);
// Whether `service` is a way to `name` for Connect: its proxy, or itself where it is native.
[[nodiscard]] bool connects_to(const ServiceInstance& service, std::string_view name);

inline constexpr std::string_view kScriptsDisabled =
    "Scripts are disabled on this agent from remote calls; to enable, configure "
    "'enable_script_checks' to true";
inline constexpr std::string_view kNodeMaintenance = "_node_maintenance";
inline constexpr std::string_view kServiceMaintenance = "_service_maintenance:";

// strconv.ParseBool: "1", "t", "TRUE", "false", ...
[[nodiscard]] std::optional<bool> parse_query_bool(std::string_view text);

[[nodiscard]] Reply unknown_service(std::string_view id);  // how an agent with ACLs says it
[[nodiscard]] Reply done();                                // 200, nothing more
[[nodiscard]] Reply decode_failed(const Error& error);

// agent/checks and agent/check/...; agent/health/...; parts of add_agent_service_endpoints.
void add_agent_check_endpoints(Endpoints& endpoints, State& state);
void add_agent_health_endpoints(Endpoints& endpoints, State& state);
void add_catalog_write_endpoints(Endpoints& endpoints, State& state);

}  // namespace gw::mesh
