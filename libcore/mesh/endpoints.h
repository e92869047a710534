// The agent's endpoints by path, as Go's ServeMux finds them: an exact path, or the longest prefix
// that ends in '/'.
#pragma once

#include <cstdint>
#include <functional>
#include <map>
#include <string>
#include <string_view>
#include <vector>

#include "mesh/call.h"

namespace gw::mesh {

struct State;

// Called again for a blocking request until its answer is newer; then it must change nothing.
using Handler = std::function<Reply(const Call&)>;

struct Endpoint {
  std::vector<std::string> methods;  // in the order of the Allow field
  Handler handle;
  std::string prefix;
  // Most endpoints refuse a token that nobody knows (403, "ACL not found"); the CA's roots do not.
  bool checks_token = true;
};

class Endpoints {
 public:
  void add(std::string path, std::vector<std::string> methods, Handler handle,
           bool checks_token = true);
  [[nodiscard]] const Endpoint* find(std::string_view path) const;  // nullptr: 404

 private:
  std::map<std::string, Endpoint, std::less<>> by_path_;
};

// One file each: endpoints_ca.cpp, endpoints_intentions.cpp, ... `state` outlives them.
void add_ca_endpoints(Endpoints& endpoints, State& state);         // roots, leaf, configuration
void add_intention_endpoints(Endpoints& endpoints, State& state);  // by id, match, check
void add_exact_endpoints(Endpoints& endpoints, State& state);      // intentions/exact
void add_authorize_endpoint(Endpoints& endpoints, State& state);
void add_status_endpoints(Endpoints& endpoints, State& state);  // status, agent/self
void add_catalog_endpoints(Endpoints& endpoints, State& state);
void add_health_endpoints(Endpoints& endpoints, State& state);
void add_agent_service_endpoints(Endpoints& endpoints, State& state);
void add_kv_endpoints(Endpoints& endpoints, State& state);
void add_control_endpoints(Endpoints& endpoints, State& state);  // gatewayctl mesh fault

}  // namespace gw::mesh
