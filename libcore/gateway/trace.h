// What --explain shows of one request: filled by the Exchange as it decides.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <vector>

#include "model/period.h"

namespace gw::gateway {

// Keys of clients and credentials appear as 8 hex digits of their SHA-256, never as they are.
struct Trace {
  struct RouteSeen {
    std::string name;
    std::string id;
    std::string why_not;  // empty for the route that matched
  };
  struct Credential {
    std::string plugin;
    std::string id;
    std::string consumer;  // its username, else custom_id, else id
    std::string key;       // 8 hex digits of its SHA-256
  };
  struct Lost {
    std::string id;
    std::string scope;  // "route + consumer", "service", "global", ...
    std::string why;
  };
  struct PluginSeen {
    std::string name;
    std::string applied_id;  // empty: no instance applied
    std::string applied_scope;
    std::vector<Lost> lost;
  };
  struct Counter {
    std::string store;  // local, or redis host:port/database
    std::string key;
    model::Period period = model::Period::second;
    double limit = 0;
    std::uint64_t before = 0;
    std::uint64_t after = 0;
  };
  struct Header {
    std::string name;
    std::string value;
    std::string because;
  };

  std::optional<RouteSeen> route;
  std::vector<RouteSeen> next;  // up to 5 that came after it, or were near when none matched
  std::optional<Credential> credential;
  std::vector<PluginSeen> plugins;
  std::vector<Counter> counters;
  std::vector<Header> headers;  // of the answer, as far as the gateway made them
};

}  // namespace gw::gateway
