// Header look-up as Kong's plugins do it: without case, and a configured '_' also finds '-'.
#pragma once

#include <cstddef>
#include <span>
#include <string_view>

#include "http/message.h"

namespace gw::gateway {

struct HeaderLookup {
  std::size_t count = 0;          // field lines with the name that was found
  std::string_view first;         // value of the first
  std::string_view matched_name;  // as the request has it
};

// The exact name first; "x_tier" then finds "x-tier" too, but "x-tier" never "x_tier"
// (kong-behaviour.md 1.3).
[[nodiscard]] HeaderLookup look_up_header(std::span<const http::Field> fields,
                                          std::string_view name);

}  // namespace gw::gateway
