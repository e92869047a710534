// A request to the agent's HTTP API as its endpoints see it, and their answer
// (consul-behaviour.md 2.1 to 2.4).
//
// The API (api.h) does what all endpoints share: methods, dc, ns and consistency parameters, index
// and wait, unknown tokens, blocking, headers, gzip.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"

namespace gw::mesh {

struct Call {
  std::string method;
  std::string path;  // decoded, as Go's URL.Path
  std::string rest;  // what follows an endpoint's prefix; empty for an exact one
  std::vector<std::pair<std::string, std::string>> query;  // decoded, in order
  std::string token;                                       // empty: anonymous
  std::string body;
  Instant now{};
  bool waits = false;  // it has index=N (N > 0): a blocking request
  // "1.8.7 dev": 4 spaces and a newline; json() of reply.h goes by it.
  bool pretty = true;

  [[nodiscard]] bool has(std::string_view name) const;
  [[nodiscard]] std::string_view get(std::string_view name) const;  // the first; "" for none
  [[nodiscard]] std::vector<std::string_view> all(std::string_view name) const;
};

enum class CacheNews : std::uint8_t { none, hit, miss };

struct Reply {
  std::uint16_t status = 200;
  std::string content_type = "application/json";  // empty: no such field
  std::string body{};
  std::vector<std::pair<std::string, std::string>> fields{};  // beyond what the API adds
  // X-Consul-Index; with it a request with index=N waits until it is greater than N.
  std::optional<std::uint64_t> index{};
  bool known_leader = true;           // with index: X-Consul-KnownLeader
  bool has_contact = true;            // with index: X-Consul-KnownLeader and X-Consul-LastContact
  bool has_consistency = false;       // X-Consul-Effective-Consistency (catalog, health)
  std::optional<std::string> hash{};  // X-Consul-ContentHash; with it ?hash=H waits for another one
  CacheNews cache = CacheNews::none;
  std::int64_t age = 0;  // seconds, with hit
};

// An error as Consul words them: plain text, no newline.
[[nodiscard]] Reply refuse(std::uint16_t status, std::string text);

}  // namespace gw::mesh
