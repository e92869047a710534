// Requests of scenarios: the defaults of `client`, `send` in both forms, and the keys beside it.
#pragma once

#include <array>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "replay/scenario.h"
#include "replay/scenario_fields.h"

namespace gw::replay {

// The lines of one field name; nullopt: `~`, which removes a default.
using FieldLines = std::pair<std::string, std::optional<std::vector<std::string>>>;

// What every request has unless it says otherwise.
struct Client {
  IpAddress ip = IpAddress::loopback();
  std::string host = "localhost";
  std::vector<FieldLines> headers;
};

[[nodiscard]] Client read_client(Reader& reader, const Place& at);

// A mapping of header fields: a value, or a list of values that are lines of their own.
[[nodiscard]] std::vector<FieldLines> read_field_lines(Reader& reader, const Place& at);

// The keys of a request's mapping form; they may also stand beside `send`.
inline constexpr std::array<std::string_view, 11> kRequestKeyNames{
    "method", "path", "host", "ip", "scheme", "sni", "headers", "body", "json", "form", "apikey"};

// The request of a step or stream: its `send` and whatever stands beside it. nullopt: the mistake
// has been reported.
[[nodiscard]] std::optional<Request> read_request(Reader& reader, const Place& holder,
                                                  const Client& client);

}  // namespace gw::replay
