// What only the whole topology tells: names that are nobody's, places that are taken twice.
#include <algorithm>
#include <cstdint>
#include <map>
#include <optional>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/text.h"
#include "mesh/topology_reader.h"

namespace gw::mesh {
namespace {

using config::Fault;
using config::Place;
using config::Reader;

constexpr std::uint64_t kMaxCallsOfRequest = 1000;

std::string path_of(const TopologyService& service) {
  return "services." + service.name;
}

class Checks {
 public:
  Checks(Reader& reader, const Topology& topology) : reader_(reader), topology_(topology) {
    for (const TopologyService& service : topology.services) names_.push_back(service.name);
  }

  void calls(const std::string& caller, const std::string& path,
             const std::vector<TopologyCall>& calls) {
    for (const TopologyCall& call : calls) {
      if (call.service == caller) {
        report(call.where, path, fmt::format("\"{}\" calls itself", printable(caller)),
               "another service");
      } else if (find_service(topology_, call.service) == nullptr) {
        reader_.report(Fault::bad_value, call.where, path + ".calls",
                       fmt::format("\"{}\" is no service of this mesh", printable(call.service)),
                       fmt::format("one of {}", join(names(), ", ")),
                       std::string(nearest(call.service, names_)));
      }
    }
  }

  // Every port that the mesh itself listens on, once.
  void places(const Topology& placed) {
    for (const TopologyService& service : placed.services) {
      const std::string address = service.address->str();
      take(address, service.sidecar_port, "the sidecar of " + service.name, service.where,
           path_of(service));
      if (service.application.empty()) {
        take(address, service.port, service.name, service.where, path_of(service));
      }
      for (const TopologyCall& call : service.calls) {
        take(address, call.port, fmt::format("{}'s way to {}", service.name, call.service),
             call.where, path_of(service) + ".calls");
      }
    }
    const std::string gateway = nth_address(placed.network, 1).str();
    for (const TopologyCall& call : placed.gateway_calls) {
      take(gateway, call.port, "the gateway's way to " + call.service, call.where, "gateway.calls");
    }
  }

 private:
  [[nodiscard]] std::vector<std::string> names() const { return {names_.begin(), names_.end()}; }

  void report(const config::Span& where, std::string path, std::string message,
              std::string expected) {
    reader_.report(Fault::conflict, where, std::move(path), std::move(message),
                   std::move(expected));
  }

  void take(const std::string& address, std::uint16_t port, const std::string& who,
            const config::Span& where, const std::string& path) {
    const auto [holder, is_free] = taken_.try_emplace({address, port}, who);
    if (is_free) return;
    report(where, path,
           fmt::format("{} and {} both stand at {}:{}", holder->second, who, address, port),
           "an address or port of its own");
  }

  Reader& reader_;
  const Topology& topology_;
  std::vector<std::string_view> names_;
  std::map<std::pair<std::string, std::uint16_t>, std::string> taken_;
};

// What one request to a service leads to: no ring, which would never end, and no avalanche.
class CallTree {
 public:
  CallTree(Reader& reader, const Topology& topology) : reader_(reader), topology_(topology) {}

  // Calls that one request to `service` makes, itself included; nullopt: reported.
  std::optional<std::uint64_t> count(const TopologyService& service) {
    const auto [known, is_new] = counts_.try_emplace(service.name, std::nullopt);
    if (!is_new) return known->second;
    std::uint64_t sum = 1;
    open_.push_back(service.name);
    for (const TopologyCall& call : service.calls) {
      if (std::ranges::find(open_, call.service) != open_.end()) {
        report(Fault::conflict, call, service,
               fmt::format("this call comes back to \"{}\", and would never end", call.service),
               "calls that lead on");
        return std::nullopt;
      }
      const auto below = count(*find_service(topology_, call.service));
      if (!below) return std::nullopt;
      sum += *below;
      if (sum > kMaxCallsOfRequest) {
        report(Fault::out_of_range, call, service, "one request would lead to too many calls",
               fmt::format("at most {}", kMaxCallsOfRequest));
        return std::nullopt;
      }
    }
    open_.pop_back();
    counts_.find(service.name)->second = sum;
    return sum;
  }

 private:
  void report(Fault fault, const TopologyCall& call, const TopologyService& service,
              std::string message, std::string expected) {
    reader_.report(fault, call.where, path_of(service) + ".calls", std::move(message),
                   std::move(expected));
  }

  Reader& reader_;
  const Topology& topology_;
  std::vector<std::string_view> open_;
  std::map<std::string_view, std::optional<std::uint64_t>> counts_;
};

// A thing that the gateway dials stands behind one service.
void check_behind(Reader& reader, const Topology& topology) {
  std::map<std::string_view, std::string_view> holders;
  for (const TopologyService& service : topology.services) {
    for (const std::string& name : service.behind) {
      const auto [holder, is_free] = holders.try_emplace(name, service.name);
      if (is_free) continue;
      reader.report(Fault::conflict, service.where, path_of(service) + ".behind",
                    fmt::format("\"{}\" stands behind {} already", printable(name), holder->second),
                    "one service for each");
    }
  }
}

}  // namespace

void check_topology(Reader& reader, const Place& at, const Topology& topology) {
  const std::size_t before = reader.errors();
  Checks checks(reader, topology);
  for (const TopologyService& service : topology.services) {
    checks.calls(service.name, path_of(service), service.calls);
  }
  if (!topology.gateway.empty() && find_service(topology, topology.gateway) != nullptr) {
    const config::Member* gateway = at.node.member("gateway");
    reader.report(Fault::conflict, gateway->value.where, "gateway",
                  fmt::format("\"{}\" is a service of the mesh", topology.gateway),
                  "a name that no service has");
  } else {
    checks.calls(topology.gateway, "gateway", topology.gateway_calls);
  }
  check_behind(reader, topology);
  if (reader.errors() != before) return;
  CallTree tree(reader, topology);
  for (const TopologyService& service : topology.services) {
    if (!tree.count(service)) break;
  }
  checks.places(placed(topology));
}

}  // namespace gw::mesh
