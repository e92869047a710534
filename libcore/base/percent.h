// Percent-encoding (RFC 3986 section 2.1) of what we put into addresses ourselves.
#pragma once

#include <string>
#include <string_view>

namespace gw {

// All but the unreserved characters as %XX: safe as a path segment or a query's value.
[[nodiscard]] std::string percent_encode(std::string_view text);

}  // namespace gw
