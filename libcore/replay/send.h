// Requests from their short form: METHOD TARGET, as `send` and --send have it.
#pragma once

#include <string>
#include <string_view>

#include "base/result.h"
#include "replay/scenario.h"

namespace gw::replay {

struct RequestLine {
  std::string method;
  std::string target;
};

// "GET /web?x=1": one space, the target with its query.
[[nodiscard]] Result<RequestLine> parse_request_line(std::string_view text);

// A request with every default: Host localhost, from 127.0.0.1, by http.
[[nodiscard]] Result<Request> parse_send(std::string_view text);

// Whether `text` may be a method or a field name (token of RFC 9110 section 5.6.2).
[[nodiscard]] bool is_token(std::string_view text);
// Whether `text` may be a field's value: no CR, LF or NUL (RFC 9110 section 5.5).
[[nodiscard]] bool is_field_value(std::string_view text);
// "" or what is wrong with it as a request target.
[[nodiscard]] std::string_view fault_of_target(std::string_view target);

}  // namespace gw::replay
