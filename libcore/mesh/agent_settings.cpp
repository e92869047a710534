#include "mesh/agent_settings.h"

#include <algorithm>
#include <array>
#include <charconv>
#include <utility>

#include "base/rng.h"
#include "base/uuid.h"

namespace gw::mesh {
namespace {

template <class T>
struct Row {
  std::string_view name;
  T value;
};
constexpr std::array kResources{
    Row<Resource>{"agent", Resource::agent},        Row<Resource>{"key", Resource::key},
    Row<Resource>{"node", Resource::node},          Row<Resource>{"operator", Resource::operators},
    Row<Resource>{"service", Resource::service},    Row<Resource>{"session", Resource::session},
    Row<Resource>{"intention", Resource::intention}};
constexpr std::array kAccess{Row<Access>{"deny", Access::deny}, Row<Access>{"list", Access::list},
                             Row<Access>{"read", Access::read},
                             Row<Access>{"write", Access::write}};

// A word that nobody knows never was read as a topology's; it gives no right.
Access access_of(std::string_view name) {
  const auto* found = std::ranges::find(kAccess, name, &Row<Access>::name);
  return found == kAccess.end() ? Access::deny : found->value;
}

std::vector<AclRule> rules_of(const std::vector<TopologyAcl::Rule>& rules) {
  std::vector<AclRule> out;
  for (const TopologyAcl::Rule& rule : rules) {
    const auto* found = std::ranges::find(kResources, rule.resource, &Row<Resource>::name);
    if (found == kResources.end()) continue;
    AclRule made{.resource = found->value,
                 .name = rule.name,
                 .is_prefix = rule.is_prefix,
                 .access = access_of(rule.access)};
    if (!rule.intentions.empty()) made.intentions = access_of(rule.intentions);
    out.push_back(std::move(made));
  }
  return out;
}

AclOptions acl_of(const TopologyAcl& acl) {
  AclOptions out{.enabled = acl.enabled, .allow_by_default = acl.allow_by_default};
  out.anonymous = rules_of(acl.anonymous);
  Rng rng(random_seed());
  for (const TopologyAcl::Token& token : acl.tokens) {
    out.tokens.push_back({.secret = Secret(token.secret),
                          .accessor = Uuid::v4(rng).str(),
                          .management = token.management,
                          .rules = rules_of(token.rules)});
  }
  return out;
}

}  // namespace

bool is_since(std::string_view version, unsigned major, unsigned minor) {
  std::array<unsigned, 2> numbers{};
  const char* at = version.data();
  const char* const end = at + version.size();
  for (unsigned& number : numbers) {
    const auto read = std::from_chars(at, end, number);
    if (read.ec != std::errc{}) return false;
    at = read.ptr;
    if (at != end) ++at;
  }
  return std::pair(numbers[0], numbers[1]) >= std::pair(major, minor);
}

AgentSettings agent_settings(const Topology& topology) {
  const TopologyConsul& consul = topology.consul;
  const bool modern = is_since(consul.version, 1, 11);
  AgentSettings out;
  out.datacenter = consul.datacenter;
  out.address = nth_address(topology.network, 1).str();
  out.version = consul.version;
  out.leaves = {.ttl = consul.leaf_ttl,
                .profile = modern ? LeafProfile::v1_11 : LeafProfile::v1_8,
                .rotation_spread = consul.rotation_spread,
                .renews_unasked = modern};
  out.acl = acl_of(topology.acl);
  // With ACLs their default policy decides about connections too.
  out.allow_by_default =
      topology.allow_by_default && (!topology.acl.enabled || topology.acl.allow_by_default);
  return out;
}

}  // namespace gw::mesh
