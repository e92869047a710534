// The mesh around a scenario's gateway: which service stands behind what the gateway dials, and
// what intentions make of it.
//
// A denied gateway meets a connection that closes. Where the service itself is denied a call, it
// answers 500 as the tutorial's fake service does. Otherwise the scenario's `upstreams` have the
// word, and where they say nothing the sample service answers (scenario-format.md, "mesh").
#pragma once

#include <cstdint>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "connect/intention.h"
#include "mesh/sample_body.h"
#include "mesh/sample_faults.h"
#include "mesh/topology.h"
#include "model/entities.h"
#include "replay/scenario.h"

namespace gw::replay {

// What the gateway dials.
struct Reach {
  std::string_view host;
  std::uint16_t port = 0;
  std::string_view service;  // of the config
  // Of the request; empty: a connection only, of which no answer is made yet.
  std::string_view target;
};

// Not thread-safe.
class MeshWorld {
 public:
  explicit MeshWorld(const Scenario& scenario);
  MeshWorld(const MeshWorld&) = delete;
  MeshWorld& operator=(const MeshWorld&) = delete;

  // By source and destination. "" or what it did not find to remove.
  [[nodiscard]] std::string change(const IntentionChange& change);

  // What to warn of: services that one is said to be behind of, and the config does not have.
  [[nodiscard]] std::vector<std::string> strangers(const model::Config& config) const;

  // Whether `made` is the answer now; false: `said`, or what stands for nullptr. `tell`: with a
  // body, and with the reasons.
  [[nodiscard]] bool answer(const Reach& reach, const Stub* said, Instant now, bool tell,
                            Stub& made);

 private:
  struct Member {
    const mesh::TopologyService* service;
    mesh::SampleFaults faults;
    mesh::SampleTiming timing;
  };
  struct Played {
    mesh::SampleAnswer answer;
    std::chrono::microseconds took{};
  };

  [[nodiscard]] const mesh::TopologyService* behind(const Reach& reach) const;
  [[nodiscard]] const mesh::TopologyService* by_host(const Reach& reach) const;
  [[nodiscard]] bool allows(std::string_view source, std::string_view destination) const;
  [[nodiscard]] bool meets_denial(const mesh::TopologyService& service) const;
  [[nodiscard]] std::string reason(std::string_view source, std::string_view destination) const;
  void explain(const mesh::TopologyService& service, std::vector<std::string>& out) const;
  [[nodiscard]] Played play(const mesh::TopologyService& service, std::string_view target,
                            Instant now);
  [[nodiscard]] bool call(const mesh::TopologyService& caller, const mesh::TopologyCall& call,
                          std::string_view target, Instant start, Played& out);
  [[nodiscard]] std::string place_of(const config::Span& where) const;

  mesh::Topology topology_;
  std::string file_;          // of the topology, where it has one of its own
  config::FileId own_ = 0;    // the scenario's
  bool says_behind_ = false;  // some service does
  std::vector<connect::Intention> intentions_;
  std::vector<config::Span> places_;  // of each
  std::map<std::string, Member, std::less<>> members_;
};

}  // namespace gw::replay
