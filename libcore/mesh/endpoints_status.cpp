// What the agent says about itself: status, agent/self, members, data centers, the caller's token.
#include <string>
#include <utility>

#include <fmt/format.h>

#include "base/digest.h"
#include "base/text.h"
#include "base/time.h"
#include "base/uuid.h"
#include "mesh/endpoints.h"
#include "mesh/reply_json.h"
#include "mesh/state.h"

namespace gw::mesh {
namespace {

// Consul's own: nothing listens there.
constexpr int kServerPort = 8300;
constexpr int kLanPort = 8301;
constexpr int kWanPort = 8302;

std::string server_address(const State& state) {
  return fmt::format("{}:{}", state.settings.address, kServerPort);
}

bool may_read_agent(const State& state, const Call& call) {
  return state.acl.may(call.token, Resource::agent, state.settings.node_name, Access::read);
}

Json member_of(const State& state) {
  return {{"Name", state.settings.node_name},
          {"Addr", state.settings.address},
          {"Port", kLanPort},
          {"Tags",
           {{"acls", state.acl.enabled() ? "1" : "0"},
            {"build", state.settings.version + ":"},
            {"dc", state.settings.datacenter},
            {"ft_fs", "1"},
            {"id", state.settings.node_id},
            {"port", std::to_string(kServerPort)},
            {"raft_vsn", "3"},
            {"role", "consul"},
            {"segment", ""},
            {"vsn", "2"},
            {"vsn_max", "3"},
            {"vsn_min", "2"},
            {"wan_join_port", std::to_string(kWanPort)}}},
          {"Status", 1},
          {"ProtocolMin", 1},
          {"ProtocolMax", 5},
          {"ProtocolCur", 2},
          {"DelegateMin", 2},
          {"DelegateMax", 5},
          {"DelegateCur", 4}};
}

// The part that clients look at; the real one has some 250 keys.
Json debug_config_of(const State& state) {
  const AgentSettings& settings = state.settings;
  return {{"ACLDatacenter", settings.datacenter},
          {"ACLDefaultPolicy", state.acl.allow_by_default() ? "allow" : "deny"},
          {"ACLMasterToken", "hidden"},
          {"ACLToken", "hidden"},
          {"ACLsEnabled", state.acl.enabled()},
          {"AdvertiseAddrLAN", settings.address},
          {"AdvertiseAddrWAN", settings.address},
          {"BindAddr", settings.address},
          {"Bootstrap", false},
          {"BootstrapExpect", 0},
          {"ConnectEnabled", true},
          {"ConnectSidecarMaxPort", 21255},
          {"ConnectSidecarMinPort", 21000},
          {"Datacenter", settings.datacenter},
          {"DefaultQueryTime", "5m0s"},
          {"DevMode", true},
          {"EnableUI", false},
          {"GRPCPort", -1},
          {"HTTPMaxConnsPerClient", 8192},
          {"KVMaxValueSize", kMaxValueBytes},
          {"MaxQueryTime", "10m0s"},
          {"NodeID", settings.node_id},
          {"NodeMeta", Json::object()},
          {"NodeName", settings.node_name},
          {"PrimaryDatacenter", settings.datacenter},
          {"SerfPortLAN", kLanPort},
          {"SerfPortWAN", kWanPort},
          {"ServerMode", true},
          {"ServerPort", kServerPort},
          {"TaggedAddresses",
           {{"lan", settings.address},
            {"lan_ipv4", settings.address},
            {"wan", settings.address},
            {"wan_ipv4", settings.address}}},
          {"TxnMaxReqLen", 524288},
          {"Version", settings.version},
          {"VersionPrerelease", ""}};
}

Json stats_of(const State& state) {
  const std::string index = std::to_string(state.changes.index());
  return {{"agent",
           {{"check_monitors", "0"},
            {"check_ttls", "0"},
            {"checks", "0"},
            {"services", std::to_string(state.catalog.services().size())}}},
          {"build", {{"prerelease", ""}, {"revision", ""}, {"version", state.settings.version}}},
          {"consul",
           {{"acl", state.acl.enabled() ? "enabled" : "disabled"},
            {"bootstrap", "false"},
            {"known_datacenters", "1"},
            {"leader", "true"},
            {"leader_addr", server_address(state)},
            {"server", "true"}}},
          {"raft",
           {{"applied_index", index},
            {"commit_index", index},
            {"last_contact", "0"},
            {"last_log_index", index},
            {"last_log_term", "2"},
            {"num_peers", "0"},
            {"protocol_version", "3"},
            {"state", "Leader"},
            {"term", "2"}}},
          {"runtime", {{"arch", "amd64"}, {"os", "linux"}, {"version", "gatewayctl mesh"}}},
          {"serf_lan", {{"encrypted", "false"}, {"failed", "0"}, {"members", "1"}}},
          {"serf_wan", {{"encrypted", "false"}, {"failed", "0"}, {"members", "1"}}}};
}

Reply self(const State& state, const Call& call) {
  if (!may_read_agent(state, call)) return refuse(403, "Permission denied");
  const AgentSettings& settings = state.settings;
  return json_reply(call, {{"Config",
                            {{"Datacenter", settings.datacenter},
                             {"NodeName", settings.node_name},
                             {"NodeID", settings.node_id},
                             {"Revision", ""},
                             {"Server", true},
                             {"Version", settings.version}}},
                           {"DebugConfig", debug_config_of(state)},
                           {"Coord",
                            {{"Vec", Json::array({0, 0, 0, 0, 0, 0, 0, 0})},
                             {"Error", 1.5},
                             {"Adjustment", 0},
                             {"Height", 0.00001}}},
                           {"Member", member_of(state)},
                           {"Stats", stats_of(state)},
                           {"Meta", {{"consul-network-segment", ""}}},
                           {"xDS", {{"SupportedProxies", Json::object()}}}});
}

Reply members(const State& state, const Call& call) {
  Json list = Json::array();
  const bool may =
      state.acl.may(call.token, Resource::node, state.settings.node_name, Access::read);
  if (may && !call.has("wan")) list.push_back(member_of(state));
  if (may && call.has("wan")) {
    Json member = member_of(state);
    member["Name"] = state.settings.node_name + "." + state.settings.datacenter;
    member["Port"] = kWanPort;
    list.push_back(std::move(member));
  }
  return json_reply(call, list);
}

// Counts nothing that Consul's telemetry does; the shape is what clients need.
Reply metrics(const State& state, const Call& call) {
  if (!may_read_agent(state, call)) return refuse(403, "Permission denied");
  std::string time = format_rfc3339(whole_seconds(call.now.wall));
  time.pop_back();
  time[10] = ' ';
  return json_reply(call, {{"Timestamp", time + " +0000 UTC"},
                           {"Gauges", Json::array()},
                           {"Points", Json::array()},
                           {"Counters", Json::array()},
                           {"Samples", Json::array()}});
}

Reply own_token(const State& state, const Call& call) {
  if (!state.acl.enabled()) return refuse(401, "ACL support disabled");
  const AclToken* const token = call.token.empty() ? nullptr : state.acl.find(call.token);
  constexpr std::uint64_t kIndex = 4;
  if (token == nullptr) {
    Reply unknown = refuse(403, "ACL not found");
    unknown.index = kIndex;
    return unknown;
  }
  Json policies = Json::array();
  if (token->management) {
    policies.push_back(
        {{"ID", "00000000-0000-0000-0000-000000000001"}, {"Name", "global-management"}});
  }
  const auto digest = sha256(token->accessor);
  Reply reply = json_reply(
      call, {{"AccessorID", token->accessor},
             {"SecretID", call.token},  // the caller has it already
             {"Description", ""},
             {"Policies", policies},
             {"Local", false},
             {"CreateTime", format_rfc3339(state.authority->roots().back().not_before)},
             {"Hash", base64_encode({reinterpret_cast<const char*>(digest.data()), digest.size()})},
             {"CreateIndex", kIndex},
             {"ModifyIndex", kIndex}});
  reply.index = kIndex;
  return reply;
}

}  // namespace

void add_status_endpoints(Endpoints& endpoints, State& state) {
  endpoints.add(
      "/v1/status/leader", {"GET"},
      [&state](const Call& call) { return json_reply(call, server_address(state)); }, false);
  endpoints.add(
      "/v1/status/peers", {"GET"},
      [&state](const Call& call) { return json_reply(call, Json::array({server_address(state)})); },
      false);
  endpoints.add(
      "/v1/catalog/datacenters", {"GET"},
      [&state](const Call& call) {
        return json_reply(call, Json::array({state.settings.datacenter}));
      },
      false);
  endpoints.add("/v1/agent/self", {"GET"},
                [&state](const Call& call) { return self(state, call); });
  endpoints.add("/v1/agent/members", {"GET"},
                [&state](const Call& call) { return members(state, call); });
  endpoints.add("/v1/agent/metrics", {"GET"},
                [&state](const Call& call) { return metrics(state, call); });
  endpoints.add(
      "/v1/acl/token/self", {"GET"}, [&state](const Call& call) { return own_token(state, call); },
      false);
}

}  // namespace gw::mesh
