// Query strings and URL-encoded forms (application/x-www-form-urlencoded), as nginx reads them.
#pragma once

#include <cstddef>
#include <cstdint>
#include <string_view>

#include "base/arena.h"

namespace gw::http {

// Kong's plugins see the first 100 arguments (kong-behaviour.md 6.1).
inline constexpr std::size_t kMaxArguments = 100;

// What a name stands for in a list of arguments.
struct Argument {
  enum class Found : std::uint8_t {
    absent,
    flag,     // "?name" without '='
    value,    // once
    several,  // more than once
  };
  Found found = Found::absent;
  std::string_view value;  // decoded; in the arena or in the text itself
};

// Looks `name` up among the first kMaxArguments of "a=1&b=2".
[[nodiscard]] Argument find_argument(std::string_view arguments, std::string_view name,
                                     Arena& arena);

// The arguments without those called `name`, the others in order and re-encoded.
[[nodiscard]] std::string_view without_argument(std::string_view arguments, std::string_view name,
                                                Arena& arena);

}  // namespace gw::http
