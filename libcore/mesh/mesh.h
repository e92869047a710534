// The whole mesh of a topology on this machine: agent, sidecars, sample services, on one thread.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <map>
#include <memory>
#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "mesh/sidecar.h"
#include "mesh/topology.h"
#include "net/listener.h"

namespace gw::mesh {

struct MeshOptions {
  Topology topology;
  net::Address consul;  // port 0: a free one
  // One line for each connection that a sidecar refused, denied or cut, and each that failed:
  // "web: denied ...". On the mesh's own thread.
  std::function<void(std::string)> diagnose{};
};

struct PlacedService {
  std::string name;
  std::string spiffe_id;                           // spiffe:///ns/default/dc/dc1/svc/web
  std::string sidecar{};                           // "127.0.0.3:20000"; empty: none
  std::string application{};                       // "127.0.0.3:9090"; empty: none
  std::map<std::string, std::string> upstreams{};  // service -> "127.0.0.3:9091"
};

struct MeshStatus {
  struct Service {
    std::string name;
    SidecarCounts sidecar;
    std::uint64_t requests = 0;  // that the sample service answered
    std::uint64_t failures = 0;
  };
  std::uint64_t consul_requests = 0;
  std::size_t consul_waiting = 0;
  std::size_t roots = 0;
  bool agent_down = false;
  std::chrono::milliseconds agent_delay{0};
  std::vector<std::string> intentions;  // "web => api (deny)"
  std::vector<Service> services;
};

// Starts everything or, with an Error that names the address, nothing. From any one thread.
class Mesh {
 public:
  // `clock` outlives the mesh.
  [[nodiscard]] static Result<std::unique_ptr<Mesh>> start(MeshOptions options, const Clock& clock);
  ~Mesh();  // stops all
  Mesh(const Mesh&) = delete;
  Mesh& operator=(const Mesh&) = delete;

  [[nodiscard]] net::Address consul() const;
  [[nodiscard]] const std::string& trust_domain() const;  // "<uuid>.consul"
  // The gateway first, if there is one, then the services in the topology's order.
  [[nodiscard]] const std::vector<PlacedService>& services() const;
  // For serve --set dns_hostsfile: web, web-sidecar and their names in a cluster, each service its
  // own address; localhost is the gateway's.
  [[nodiscard]] std::string hosts_text() const;
  // Of this moment, or where the mesh's thread is busy for long, of the last time it was asked.
  [[nodiscard]] MeshStatus status() const;

 private:
  struct Impl;
  explicit Mesh(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace gw::mesh
