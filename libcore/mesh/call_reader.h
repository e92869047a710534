// A request on the wire as a Call: what all endpoints share (consul-behaviour.md 2.1 to 2.4).
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <variant>

#include "mesh/call.h"
#include "mesh/endpoints.h"
#include "net/http_server.h"

namespace gw::mesh {

struct State;

// What a blocking request waits for.
struct Wish {
  std::uint64_t index = 0;  // 0: not by index
  std::string hash;         // empty: not by hash
  std::chrono::microseconds wait{0};

  [[nodiscard]] bool blocks() const { return index > 0 || !hash.empty(); }
};

struct ReadCall {
  Call call;
  const Endpoint* endpoint = nullptr;
  Wish wish;
};

// As Go's server and Consul's multiplexer, before an endpoint sees it: the call, or what answers
// it.
[[nodiscard]] std::variant<ReadCall, Reply> read_call(const net::HttpRequest& request,
                                                      const Endpoints& endpoints,
                                                      const State& state);

// Some of Consul's endpoints add the fields of an answer even to an error: index 1, no leader.
void mark_failure(Reply& reply, const Call& call);

// "a%20b+c" as Go's url package decodes it; nullopt: a malformed escape. In a path '+' stays.
[[nodiscard]] std::optional<std::string> unescape(std::string_view text, bool is_query);
// As path.Clean of Go, but a slash at the end stays.
[[nodiscard]] std::string clean_path(std::string_view path);

}  // namespace gw::mesh
