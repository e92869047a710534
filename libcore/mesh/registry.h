// The catalog as Consul's servers keep it: nodes, their services and checks, and of which change
// each list is (the index that its watchers wait on).
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>

#include "base/result.h"
#include "mesh/catalog_types.h"
#include "mesh/changes.h"

namespace gw::mesh {

// On the agent's loop alone. Whatever changes something advances `changes`; what leaves everything
// as it was does not, as in Consul.
class Registry {
 public:
  static constexpr std::size_t kMaxNodes = 1024;
  static constexpr std::size_t kMaxServices = 4096;  // of a node
  static constexpr std::size_t kMaxChecks = 4096;    // of a node

  explicit Registry(Changes& changes) : changes_(changes) {}

  [[nodiscard]] const std::map<std::string, Node, std::less<>>& nodes() const { return nodes_; }
  [[nodiscard]] const Node* find(std::string_view node) const;

  // One change: all that is put and removed until it ends shares one index.
  class Change {
   public:
    explicit Change(Registry& registry) : registry_(registry) {}
    Change(const Change&) = delete;
    Change& operator=(const Change&) = delete;

    // Node: its fields, not its services. Another node with the same id is renamed to this one.
    void put(const Node& node);
    // The node has to be there.
    void put(std::string_view node, const ServiceInstance& service);
    void put(std::string_view node, const Check& check);
    bool remove_node(std::string_view node);
    bool remove_service(std::string_view node, std::string_view id);
    bool remove_check(std::string_view node, std::string_view id);

   private:
    std::uint64_t index();
    void touch(const Node& node);  // every service of it
    void end_of(const std::string& service_name);

    Registry& registry_;
    std::uint64_t index_ = 0;
  };

  // The agent's own node with the service and the check that it has from the beginning, in place of
  // those of `old_name`. No change: it has been so since the agent elected itself.
  void seed(std::string_view old_name, const Node& node, ServiceInstance service, Check check);

  // Indexes, as Consul 1.8 computes them for each list.
  [[nodiscard]] std::uint64_t nodes_index() const { return nodes_index_; }
  [[nodiscard]] std::uint64_t services_index() const { return services_index_; }
  [[nodiscard]] std::uint64_t checks_index() const { return checks_index_; }
  // Of the service's instances and their checks. `found`: the list is not empty.
  [[nodiscard]] std::uint64_t service_index(std::string_view name, bool found,
                                            bool with_checks) const;

 private:
  Changes& changes_;
  std::map<std::string, Node, std::less<>> nodes_;
  std::uint64_t nodes_index_ = 0;
  std::uint64_t services_index_ = 0;
  std::uint64_t checks_index_ = 0;
  std::uint64_t last_extinction_ = 0;  // when some service lost its last instance
  std::map<std::string, std::uint64_t, std::less<>> by_service_;
};

}  // namespace gw::mesh
