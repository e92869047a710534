// What a catalog holds, as values: services, their checks, nodes (consul-behaviour.md 2.12).
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

namespace gw::mesh {

enum class ServiceKind : std::uint8_t { typical, connect_proxy, other };
enum class Health : std::uint8_t { passing, warning, critical };

[[nodiscard]] std::string_view name_of(Health health);  // "passing"
[[nodiscard]] Health worse(Health a, Health b);

struct ProxyUpstream {
  std::string destination;    // a service's name
  std::string local_address;  // empty: 127.0.0.1
  std::uint16_t local_port = 0;
  std::string type = "service";  // or "prepared_query"
  std::string datacenter{};
  std::string name_space{};
  std::string config_json{};   // an object; empty: none
  std::string gateway_mode{};  // of MeshGateway

  friend bool operator==(const ProxyUpstream&, const ProxyUpstream&) = default;
};

struct ProxyFields {
  std::string destination_name;  // whose proxy it is
  std::string destination_id;
  std::string local_address{};
  std::uint16_t local_port = 0;
  std::vector<ProxyUpstream> upstreams{};
  std::string config_json = "{}";  // opaque, as it was registered
  std::string gateway_mode{};      // of MeshGateway
  std::string expose_json = "{}";  // as Consul shows it

  friend bool operator==(const ProxyFields&, const ProxyFields&) = default;
};

struct TaggedAddress {
  std::string address;
  std::int64_t port = 0;

  friend bool operator==(const TaggedAddress&, const TaggedAddress&) = default;
};

struct ServiceInstance {
  std::string id;  // empty: the name
  std::string name;
  ServiceKind kind = ServiceKind::typical;
  std::string address{};  // may be empty: the node's
  std::uint16_t port = 0;
  std::vector<std::string> tags{};
  std::map<std::string, std::string> meta{};
  bool enable_tag_override = false;
  int weight_passing = 1;
  int weight_warning = 1;
  bool connect_native = false;
  ProxyFields proxy{};       // of a connect_proxy
  std::string sidecar_of{};  // id of the service that this one came and goes with; else empty
  std::uint64_t create_index = 0;
  std::uint64_t modify_index = 0;
  std::string other_kind{};  // with ServiceKind::other: "mesh-gateway"
  std::map<std::string, TaggedAddress> tagged_addresses{};
};

// Equal in all that clients are shown, but for the indexes.
[[nodiscard]] bool is_same(const ServiceInstance& a, const ServiceInstance& b);
[[nodiscard]] std::string_view name_of_kind(const ServiceInstance& service);  // "connect-proxy"

enum class CheckKind : std::uint8_t { none, ttl, tcp, http, alias, grpc, maintenance };

[[nodiscard]] std::string_view name_of(CheckKind kind);  // "ttl"; "" for none

// How a check finds out; of the agent's own ones.
struct CheckPlan {
  // tcp: "127.0.0.1:20000"; http: the URL; alias: the id of a service, "" for the node's checks.
  std::string target{};
  std::string method{};  // http; empty: GET
  std::string body{};
  std::vector<std::pair<std::string, std::string>> headers{};
  std::chrono::milliseconds interval{0};
  std::chrono::milliseconds timeout{0};  // 0: 10 s
  std::chrono::milliseconds ttl{0};
  // The service goes when the check has been critical for so long; 0: never.
  std::chrono::milliseconds deregister_after{0};
  int successes_to_pass = 0;  // in a row, before it turns
  int failures_to_fail = 0;
  std::size_t output_bytes = 4096;

  friend bool operator==(const CheckPlan&, const CheckPlan&) = default;
};

struct Check {
  std::string id;  // "service:web"
  std::string name;
  CheckKind kind = CheckKind::none;
  Health status = Health::critical;
  std::string notes{};
  std::string output{};
  std::string service_id{};  // empty: of the node
  std::uint64_t create_index = 0;
  std::uint64_t modify_index = 0;
  CheckPlan plan{};
  std::string definition_json = "{}";  // of one that was registered in the catalog
};

[[nodiscard]] bool is_same(const Check& a, const Check& b);

struct Node {
  std::string name;
  std::string id{};  // UUID; may be empty
  std::string address{};
  std::map<std::string, std::string> tagged_addresses{};
  std::map<std::string, std::string> meta{};
  std::uint64_t create_index = 0;
  std::uint64_t modify_index = 0;
  std::map<std::string, ServiceInstance, std::less<>> services{};  // by id
  std::map<std::string, Check, std::less<>> checks{};              // by id
};

// Of the service's checks and the node's.
[[nodiscard]] Health health_on(const Node& node, std::string_view service_id);

}  // namespace gw::mesh
