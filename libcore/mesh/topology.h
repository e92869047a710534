// A mesh as it is written down: services, who calls whom, intentions, the agent's ways.
//
// The file that `mesh up -f` takes, and what a scenario's `mesh:` holds, are one format
// (scenario-format.md, "mesh").
#pragma once

#include <chrono>
#include <cstddef>
#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/ip.h"
#include "config/diagnostic.h"
#include "config/tree.h"
#include "connect/intention.h"

namespace gw::mesh {

// One service dials another: its sidecar listens for it on a local port.
struct TopologyCall {
  std::string service;
  std::uint16_t port = 0;  // the local listener's; 0: 9091, 9092, ... in turn
  config::Span where{};
};

// How the sample service behaves; names and defaults as fake-service's environment has them
// (consul-behaviour.md 6.1).
struct SampleBehaviour {
  std::string name;  // empty: the service's
  std::string message = "Hello World";
  std::chrono::microseconds timing_50{0};
  std::chrono::microseconds timing_90{0};  // 0: as timing_50
  std::chrono::microseconds timing_99{0};  // 0: as timing_90
  double timing_variance = 0;              // percent
  double error_rate = 0;                   // 0 to 1
  bool error_is_delay = false;             // ERROR_TYPE delay
  std::uint16_t error_code = 500;
  std::chrono::microseconds error_delay{0};
  double rate_limit = 0;  // requests a second; 0: none
  std::uint16_t rate_limit_code = 503;
  std::vector<std::string> ip_addresses{};  // shown; empty: the service's own
};

struct TopologyService {
  std::string name;
  std::optional<IpAddress> address{};  // default: the next of the network
  std::uint16_t port = 9090;           // of the application
  std::uint16_t sidecar_port = 20000;
  // Another's application, "127.0.0.1:3000", that is there already; empty: the sample service.
  std::string application{};
  std::vector<TopologyCall> calls{};
  std::vector<std::string> behind{};  // scenarios: services of the config, or host:port
  SampleBehaviour sample{};
  config::Span where{};
};

enum class Denial : std::uint8_t {
  close,  // after the handshake, as Envoy under Consul 1.8 does
  alert,  // within it, bad_certificate, as Consul's built-in proxy does
};

struct TopologyAcl {
  struct Rule {
    std::string resource;  // "service", "key", ...
    std::string name;
    bool is_prefix = false;
    std::string access;      // "read", "write", "list", "deny"
    std::string intentions;  // empty: by the access
  };
  struct Token {
    std::string secret;
    bool management = false;
    std::vector<Rule> rules;
  };
  bool enabled = false;
  bool allow_by_default = true;
  std::vector<Token> tokens;
  std::vector<Rule> anonymous;
};

struct TopologyConsul {
  std::string datacenter = "dc1";
  std::string version = "1.8.7";  // from 1.11 on leaves have no CN and are renewed unasked
  std::chrono::seconds leaf_ttl = std::chrono::hours(72);
  std::chrono::milliseconds rotation_spread{0};
};

struct Topology {
  std::string gateway;  // the gateway's identity; empty: there is none
  std::vector<TopologyCall>
      gateway_calls;                      // its sidecar's listeners, on the network's first address
  std::vector<TopologyService> services;  // in the file's order
  bool allow_by_default = true;
  std::vector<connect::Intention> intentions;
  std::vector<config::Span> intention_places;  // of each; may be shorter
  // 127.0.0.0: .1 is the gateway's machine, .2 the gateway, .3 ... the services.
  IpAddress network = *IpAddress::parse("127.0.0.0");
  Denial denial = Denial::close;
  bool cut_on_deny = false;  // running connections are cut when an intention denies them
  TopologyConsul consul;
  TopologyAcl acl;
  std::map<std::string, std::string> kv;  // what the store begins with
  config::Span where{};
};

inline constexpr std::size_t kMaxServices = 64;
inline constexpr std::size_t kMaxCalls = 64;  // of one service
inline constexpr std::size_t kMaxIntentions = 4096;

// The tutorial's: gateway kong, which calls web on 9090; web, which calls api on 9091; api.
[[nodiscard]] Topology tutorial_topology();

// The same with every address and local port filled in. Read topologies have only those that their
// files name, so that a network may still be chosen.
[[nodiscard]] Topology placed(Topology topology);
// The network's n-th address: of 127.0.0.0 the third is 127.0.0.3.
[[nodiscard]] IpAddress nth_address(const IpAddress& network, unsigned n);
// Whether a mesh of this machine may take it: 127.x.y.0.
[[nodiscard]] bool is_network(const IpAddress& address);
[[nodiscard]] const TopologyService* find_service(const Topology& topology, std::string_view name);

// Every mistake is a diagnostic at its place (GW17xx). nullopt: there was an error.
[[nodiscard]] std::optional<Topology> read_topology(config::Sources& sources, config::FileId file,
                                                    config::Diagnostics& diagnostics);

}  // namespace gw::mesh
