// A GET over a connection of its own, as a sample service calls an upstream; failures are worded as
// Go's net/http words them, because they stand in the service's answers (consul-behaviour.md 6.2).
#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <string>
#include <utility>
#include <vector>

#include "net/buffer.h"
#include "net/listener.h"
#include "net/loop.h"

namespace gw::mesh {

struct HttpGet {
  net::Address to;
  std::string target;
  std::vector<std::pair<std::string, std::string>> fields;    // with Host, without framing
  std::chrono::milliseconds time = std::chrono::seconds(30);  // for all of it
  std::size_t body_bytes = std::size_t{1} << 20;              // more is a failure
};

struct HttpAnswer {
  std::uint16_t status = 200;
  std::string body{};
  std::string body_failure{};  // why the body is not whole; empty: it is
};

// The Error's stand-in: "EOF", "dial tcp 127.0.0.3:9091: connect: connection refused", ...
using HttpFailure = std::string;

// Redirects are not followed: they come back as they are.
[[nodiscard]] net::Task<std::expected<HttpAnswer, HttpFailure>> http_get(net::Loop& loop,
                                                                         net::BufferPool& buffers,
                                                                         HttpGet request);

}  // namespace gw::mesh
