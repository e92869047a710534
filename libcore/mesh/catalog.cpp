#include "mesh/catalog.h"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "base/ip.h"
#include "mesh/check_runner.h"

namespace gw::mesh {
namespace {

constexpr std::string_view kConsul = "consul";
constexpr std::uint16_t kServerPort = 8300;
// An alias of an alias of ...: each round settles one more of them.
constexpr int kMostRounds = 8;

ServiceInstance consul_service(const std::string& version) {
  return {.id = std::string(kConsul),
          .name = std::string(kConsul),
          .port = kServerPort,
          .meta = {{"non_voter", "false"},
                   {"raft_version", "3"},
                   {"serf_protocol_current", "2"},
                   {"serf_protocol_max", "5"},
                   {"serf_protocol_min", "1"},
                   {"version", version}}};
}

Node to_node(const AgentNode& agent) {
  return {.name = agent.name,
          .id = agent.id,
          .address = agent.address,
          .tagged_addresses = {{"lan", agent.address},
                               {"lan_ipv4", agent.address},
                               {"wan", agent.address},
                               {"wan_ipv4", agent.address}},
          .meta = {{"consul-network-segment", ""}}};
}

// Consul's agent derives these from an address that is an IP address.
void complete(ServiceInstance& service) {
  if (service.id.empty()) service.id = service.name;
  const auto ip = IpAddress::parse(service.address);
  if (!ip) return;
  for (const std::string_view where : {"lan", "wan"}) {
    service.tagged_addresses.try_emplace(fmt::format("{}_ipv{}", where, ip->v4 ? 4 : 6),
                                         TaggedAddress{service.address, service.port});
  }
}

std::string cut(std::string output, std::size_t most) {
  if (output.size() <= most) return output;
  return fmt::format("{} ... (captured {} of {} bytes)", output.substr(0, most), most,
                     output.size());
}

}  // namespace

Catalog::Catalog(Changes& changes) : registry_(changes) {
  set_node({});
}

Catalog::~Catalog() = default;

void Catalog::set_node(const AgentNode& node) {
  registry_.seed(node_name_, to_node(node), consul_service(node.version),
                 {.id = "serfHealth",
                  .name = "Serf Health Status",
                  .status = Health::passing,
                  .output = "Agent alive and reachable"});
  node_name_ = node.name;
}

void Catalog::run_checks(net::Loop& loop) {
  if (runner_) return;
  CheckRunner::Handlers handlers;
  handlers.report = [this](const std::string& id, Health status, std::string output) {
    report(id, status, std::move(output));
  };
  handlers.reap = [this](const std::string& service_id) { remove(service_id); };
  runner_ = std::make_unique<CheckRunner>(loop, std::move(handlers));
  for (const auto& [id, check] : checks_) runner_->start(check);
}

const ServiceInstance* Catalog::find(std::string_view id) const {
  const auto found = services_.find(id);
  return found == services_.end() ? nullptr : &found->second;
}

const Check* Catalog::find_check(std::string_view id) const {
  const auto found = checks_.find(id);
  return found == checks_.end() ? nullptr : &found->second;
}

std::vector<const Check*> Catalog::checks_of(std::string_view service_id) const {
  std::vector<const Check*> found;
  for (const auto& [id, check] : checks_) {
    if (check.service_id == service_id) found.push_back(&check);
  }
  return found;
}

Health Catalog::health_of(std::string_view service_id) const {
  return health_on(*registry_.find(node_name_), service_id);
}

std::optional<std::uint16_t> Catalog::sidecar_port(std::string_view sidecar_id) const {
  const auto in_range = [](std::uint16_t port) {
    return port >= kFirstSidecarPort && port <= kLastSidecarPort;
  };
  const ServiceInstance* standing = find(sidecar_id);
  if (standing != nullptr && in_range(standing->port)) return standing->port;
  std::array<bool, kLastSidecarPort - kFirstSidecarPort + 1> used{};
  for (const auto& [id, service] : services_) {
    if (in_range(service.port)) used[service.port - std::size_t{kFirstSidecarPort}] = true;
  }
  const auto free = std::ranges::find(used, false);
  if (free == used.end()) return std::nullopt;
  return static_cast<std::uint16_t>(kFirstSidecarPort + (free - used.begin()));
}

void Catalog::add(ServiceInstance service, std::vector<Check> checks) {
  complete(service);
  Registry::Change change(registry_);
  std::vector<std::string> gone;
  for (const Check* old : checks_of(service.id)) {
    if (std::ranges::none_of(checks, [&](const Check& check) { return check.id == old->id; })) {
      gone.push_back(old->id);
    }
  }
  for (const std::string& id : gone) {
    drop_check(id);
    change.remove_check(node_name_, id);
  }
  place(std::move(service), std::move(checks));
  publish(change);
}

void Catalog::put(ServiceInstance service, std::vector<Check> checks) {
  complete(service);
  Registry::Change change(registry_);
  place(std::move(service), std::move(checks));
  publish(change);
}

void Catalog::place(ServiceInstance service, std::vector<Check> checks) {
  const std::string id = service.id;
  services_.insert_or_assign(id, std::move(service));
  for (Check& check : checks) {
    check.service_id = id;
    place_check(std::move(check));
  }
}

void Catalog::place_check(Check check) {
  Check& kept = checks_[check.id] = std::move(check);
  if (runner_) runner_->start(kept);
}

void Catalog::drop_check(const std::string& id) {
  if (runner_) runner_->stop(id);
  checks_.erase(id);
}

bool Catalog::remove(std::string_view given) {
  const std::string id(given);
  Registry::Change change(registry_);
  if (!drop_service(id, change)) return false;
  std::vector<std::string> sidecars;
  for (const auto& [other, service] : services_) {
    if (service.sidecar_of == id) sidecars.push_back(other);
  }
  for (const std::string& sidecar : sidecars) drop_service(sidecar, change);
  publish(change);
  return true;
}

bool Catalog::drop_service(const std::string& id, Registry::Change& change) {
  if (services_.erase(id) == 0) return false;
  std::vector<std::string> gone;
  for (const Check* check : checks_of(id)) gone.push_back(check->id);
  for (const std::string& check : gone) drop_check(check);
  change.remove_service(node_name_, id);
  return true;
}

void Catalog::put_check(Check check) {
  Registry::Change change(registry_);
  place_check(std::move(check));
  publish(change);
}

bool Catalog::remove_check(std::string_view given) {
  const std::string id(given);
  if (!checks_.contains(id)) return false;
  Registry::Change change(registry_);
  drop_check(id);
  change.remove_check(node_name_, id);
  publish(change);
  return true;
}

void Catalog::report(std::string_view id, Health status, std::string output) {
  const auto found = checks_.find(id);
  if (found == checks_.end()) return;
  Check& check = found->second;
  check.status = status;
  check.output = cut(std::move(output), check.plan.output_bytes);
  if (runner_) runner_->heard(check);
  Registry::Change change(registry_);
  publish(change);
}

// The registry learns what is new, aliases first; what it knows already changes nothing.
void Catalog::publish(Registry::Change& change) {
  follow_aliases();
  for (auto& [id, service] : services_) change.put(node_name_, service);
  const Node& node = *registry_.find(node_name_);
  for (const auto& [id, check] : checks_) {
    Check shown = check;
    const auto known = node.checks.find(id);
    if (known != node.checks.end() && known->second.status == check.status) {
      shown.output = known->second.output;
    }
    change.put(node_name_, shown);
  }
  for (auto& [id, service] : services_) {
    const ServiceInstance& known = node.services.find(id)->second;
    service.create_index = known.create_index;
    service.modify_index = known.modify_index;
  }
}

void Catalog::follow_aliases() {
  for (int round = 0; round < kMostRounds; ++round) {
    bool changed = false;
    for (auto& [id, check] : checks_) {
      if (check.kind == CheckKind::alias && follow(check)) changed = true;
    }
    if (!changed) return;
  }
}

// As Consul's checks.CheckAlias words it; also a node's checks count.
bool Catalog::follow(Check& alias) const {
  const std::string& target = alias.plan.target;
  Health health = Health::passing;
  std::string said = "No checks found.";
  for (const auto& [id, check] : checks_) {
    const bool counts = check.service_id.empty() || check.service_id == target;
    if (!counts || id == alias.id) continue;
    if (check.status == Health::passing) {
      if (health == Health::passing) said = "All checks passing.";
      continue;
    }
    if (check.status <= health) continue;
    health = check.status;
    said = fmt::format("Aliased check \"{}\" failing: {}", check.name, check.output);
  }
  if (!target.empty() && !services_.contains(target)) {
    health = Health::critical;
    said = fmt::format("Service {} could not be found on node ", target);
  }
  said = cut(std::move(said), alias.plan.output_bytes);  // two may quote each other without end
  if (alias.status == health && alias.output == said) return false;
  alias.status = health;
  alias.output = std::move(said);
  return true;
}

std::optional<net::Address> Catalog::pick_sidecar(std::string_view service) {
  std::vector<net::Address> passing;
  for (const auto& [name, node] : registry_.nodes()) {
    for (const auto& [id, instance] : node.services) {
      const bool is_proxy =
          instance.kind == ServiceKind::connect_proxy && instance.proxy.destination_name == service;
      const bool is_native = instance.connect_native && instance.name == service;
      if ((!is_proxy && !is_native) || health_on(node, id) != Health::passing) continue;
      const auto ip = IpAddress::parse(instance.address.empty() ? node.address : instance.address);
      if (ip) passing.push_back({*ip, instance.port});
    }
  }
  const auto turn = turns_.find(service);
  if (passing.empty()) {
    if (turn != turns_.end()) turns_.erase(turn);
    return std::nullopt;
  }
  std::size_t& next = turn != turns_.end() ? turn->second : turns_[std::string(service)];
  return passing[next++ % passing.size()];
}

}  // namespace gw::mesh
