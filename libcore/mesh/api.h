// The simulated agent's HTTP API on a socket: what Consul's clients talk to.
#pragma once

#include <cstdint>
#include <memory>

#include "base/result.h"
#include "mesh/endpoints.h"
#include "mesh/state.h"
#include "net/http_server.h"

namespace gw::mesh {

// On its loop's thread alone. Destroyed after Loop::end(); `state` outlives it.
class Api {
 public:
  // Takes the listening descriptor.
  Api(State& state, int descriptor);
  ~Api();
  Api(const Api&) = delete;
  Api& operator=(const Api&) = delete;

  [[nodiscard]] net::Address address() const;
  [[nodiscard]] std::uint64_t requests() const;  // answered so far
  [[nodiscard]] std::size_t waiting() const;     // blocking requests under way

 private:
  struct Impl;
  std::unique_ptr<Impl> impl_;
};

}  // namespace gw::mesh
