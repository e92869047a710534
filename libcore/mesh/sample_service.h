// A sample service that answers as fake-service v0.7.8 does (consul-behaviour.md section 6): the
// web and api of the tutorial.
//
// Unlike the original it follows no redirects (they are answers other than 200), shows no /ui/, and
// speaks no gRPC.
#pragma once

#include <chrono>
#include <cstdint>
#include <memory>
#include <string>
#include <vector>

#include "base/result.h"
#include "mesh/topology.h"
#include "net/http_server.h"
#include "net/listener.h"

namespace gw::mesh {

struct SampleOptions {
  SampleBehaviour behaviour;
  net::Address listen;
  IpAddress local;                         // what "localhost" means to it
  std::vector<std::string> upstream_uris;  // "http://localhost:9091"; called one after the other
  std::chrono::milliseconds upstream_time = std::chrono::seconds(30);  // for a whole call
};

// On its loop's thread alone. Destroyed after Loop::end().
class SampleService {
 public:
  // Errors (unreachable): the address is taken.
  [[nodiscard]] static Result<std::unique_ptr<SampleService>> start(net::Loop& loop,
                                                                    SampleOptions options);
  ~SampleService();
  SampleService(const SampleService&) = delete;
  SampleService& operator=(const SampleService&) = delete;

  [[nodiscard]] net::Address address() const;
  [[nodiscard]] std::uint64_t requests() const;  // answered, but for those to /health
  [[nodiscard]] std::uint64_t failures() const;  // answers other than 200

 private:
  struct Impl;
  explicit SampleService(std::unique_ptr<Impl> impl);
  std::unique_ptr<Impl> impl_;
};

}  // namespace gw::mesh
