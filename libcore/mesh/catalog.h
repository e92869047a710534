// The services of the mesh, their sidecars and their checks: what the agent's catalog, health and
// service endpoints show (consul-behaviour.md 2.12).
//
// The agent's own services and checks are here; each change of them goes to the registry at once,
// which is the catalog of all nodes.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "mesh/catalog_types.h"
#include "mesh/changes.h"
#include "mesh/registry.h"
#include "net/listener.h"

namespace gw::mesh {

class CheckRunner;

// The agent as a node of its own catalog.
struct AgentNode {
  std::string name = "gatewayctl-mesh";
  std::string id{};
  std::string address = "127.0.0.1";
  std::string version = "1.8.7";
};

// On the agent's loop alone; every change advances `changes`.
class Catalog {
 public:
  // Of the services and checks of this agent.
  static constexpr std::size_t kMaxServices = 2048;
  static constexpr std::size_t kMaxChecks = 2048;
  // Ports of sidecars that name none.
  static constexpr std::uint16_t kFirstSidecarPort = 21000;
  static constexpr std::uint16_t kLastSidecarPort = 21255;

  explicit Catalog(Changes& changes);
  ~Catalog();
  Catalog(const Catalog&) = delete;
  Catalog& operator=(const Catalog&) = delete;

  // What the node shows of itself, with the `consul` service; changes no index.
  void set_node(const AgentNode& node);
  [[nodiscard]] const std::string& node_name() const { return node_name_; }
  // Checks find out what they are to from now on; until then they stay as they were registered.
  void run_checks(net::Loop& loop);

  // By id; one that stands is replaced, and its checks with it. A service without checks passes.
  void add(ServiceInstance service, std::vector<Check> checks = {});
  // As add, but checks that stand and are not among `checks` stay.
  void put(ServiceInstance service, std::vector<Check> checks);
  bool remove(std::string_view id);  // and the sidecar that came with it
  [[nodiscard]] const ServiceInstance* find(std::string_view id) const;
  [[nodiscard]] const std::map<std::string, ServiceInstance, std::less<>>& services() const {
    return services_;
  }
  [[nodiscard]] std::vector<const Check*> checks_of(std::string_view service_id) const;
  [[nodiscard]] Health health_of(std::string_view service_id) const;
  // For a sidecar that names no port: the one it has, or the first that is free; nullopt: none is.
  [[nodiscard]] std::optional<std::uint16_t> sidecar_port(std::string_view sidecar_id) const;

  [[nodiscard]] const std::map<std::string, Check, std::less<>>& checks() const { return checks_; }
  [[nodiscard]] const Check* find_check(std::string_view id) const;
  void put_check(Check check);
  bool remove_check(std::string_view id);
  // What a check has found out. As in Consul, a new output alone is no change of the catalog.
  void report(std::string_view id, Health status, std::string output);

  // The catalog of all nodes.
  [[nodiscard]] const Registry& registry() const { return registry_; }
  [[nodiscard]] Registry& registry() { return registry_; }

  // Where to dial the sidecar of `service`: one that passes, in turn; nullopt: there is none.
  [[nodiscard]] std::optional<net::Address> pick_sidecar(std::string_view service);

 private:
  void place(ServiceInstance service, std::vector<Check> checks);
  void place_check(Check check);
  void drop_check(const std::string& id);
  bool drop_service(const std::string& id, Registry::Change& change);
  void follow_aliases();
  bool follow(Check& alias) const;
  void publish(Registry::Change& change);

  Registry registry_;
  std::string node_name_;
  std::map<std::string, ServiceInstance, std::less<>> services_;
  std::map<std::string, Check, std::less<>> checks_;
  std::map<std::string, std::size_t, std::less<>> turns_;
  std::unique_ptr<CheckRunner> runner_;
};

}  // namespace gw::mesh
