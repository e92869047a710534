// The addresses that a sample service calls, and how Go's net/url writes what they become: the text
// stands in the service's answers.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

namespace gw::mesh {

struct UpstreamUri {
  std::string text;       // as configured
  std::string authority;  // "localhost:9091"; empty: not understood, `problem` says why
  std::string host;       // "localhost", without brackets
  std::uint16_t port = 80;
  std::string path;     // decoded
  std::string query;    // with its '?', or empty
  std::string problem;  // in Go's words

  // The request target for a request that came with `path` (decoded).
  [[nodiscard]] std::string target(std::string_view inbound_path) const;
};

[[nodiscard]] UpstreamUri read_upstream_uri(std::string_view text);

// The decoded path of a request target; an escape without two hex digits stays as it is.
[[nodiscard]] std::string go_path(std::string_view target);
// A request target as Go's URL.String() shows it: characters that a path may not have are escaped.
[[nodiscard]] std::string go_uri(std::string_view target);

}  // namespace gw::mesh
