// A service's sidecar: its door to the mesh, and its ways to others (consul-behaviour.md section
// 5).
//
// The public listener demands mTLS, checks the peer's chain and SPIFFE identity, asks the
// intentions for every new connection, and forwards to the application. An upstream listener dials
// another service's sidecar, which the catalog names, with the service's own leaf.
#pragma once

#include <chrono>
#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <vector>

#include "base/result.h"
#include "mesh/state.h"
#include "mesh/topology.h"
#include "net/listener.h"

namespace gw::mesh {

struct SidecarUpstream {
  std::string service;
  net::Address listen;
};

struct SidecarOptions {
  std::string service;
  std::optional<net::Address>
      listen{};  // the public listener; nullopt: there is none (a gateway's)
  net::Address application{};
  std::vector<SidecarUpstream> upstreams{};
  Denial denial = Denial::close;
  bool cut_on_deny = false;
  std::chrono::milliseconds handshake_time = std::chrono::seconds(10);
  std::size_t connections = 1024;  // of each listener; more are closed at once
  // Told one line for each connection that was refused, denied, cut or failed: who and why.
  std::function<void(std::string)> diagnose{};
};

struct SidecarCounts {
  std::uint64_t accepted = 0;  // connections that were let in
  std::uint64_t denied = 0;    // by an intention
  std::uint64_t refused = 0;   // no certificate, or one that is not the mesh's
  std::uint64_t cut = 0;
  std::uint64_t open = 0;     // of those that were let in
  std::uint64_t dialled = 0;  // through upstream listeners
  std::uint64_t failed = 0;   // of those: no sidecar, no TLS, or closed without a byte
};

// On its loop's thread alone. Destroyed after Loop::end(); `state` outlives it.
class Sidecar {
 public:
  // Errors (unreachable): an address is taken.
  [[nodiscard]] static Result<std::unique_ptr<Sidecar>> start(State& state, SidecarOptions options);
  ~Sidecar();
  Sidecar(const Sidecar&) = delete;
  Sidecar& operator=(const Sidecar&) = delete;

  [[nodiscard]] const SidecarOptions& options() const;  // with the ports that the kernel picked
  [[nodiscard]] const SidecarCounts& counts() const;

 private:
  struct Impl;
  explicit Sidecar(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace gw::mesh
