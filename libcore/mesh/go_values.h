// Values as Go's library reads and writes them in Consul's parameters and messages.
#pragma once

#include <chrono>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

namespace gw::mesh {

// time.ParseDuration: "10s", "1m30s", "1.5h", "250ms", "-1s", "0"; a bare number is none.
[[nodiscard]] std::optional<std::chrono::nanoseconds> parse_go_duration(std::string_view text);
// strconv.Quote, as %q prints a string.
[[nodiscard]] std::string go_quote(std::string_view text);
// How long the UTF-8 sequence is that `text`, which is not empty, begins with with a byte beyond
// ASCII; 0: that is no such sequence (RFC 3629).
[[nodiscard]] std::size_t utf8_sequence(std::string_view text);

}  // namespace gw::mesh
