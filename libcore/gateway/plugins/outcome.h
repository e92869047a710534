// What a plugin's access phase leads to.
#pragma once

#include <cstdint>
#include <string_view>

namespace gw::gateway {

struct Outcome {
  enum class Kind : std::uint8_t {
    go_on,      // the next plugin
    need_body,  // ask for the body, then run this plugin again
    refuse,     // answer with status and message
    crash,      // what Kong answers when a plugin's handler throws
  };
  Kind kind = Kind::go_on;
  std::uint16_t status = 0;
  std::string_view message{};
  std::string_view challenge{};  // value of WWW-Authenticate; empty: none

  [[nodiscard]] static Outcome proceed() { return {}; }
  [[nodiscard]] static Outcome want_body() { return {.kind = Kind::need_body}; }
  [[nodiscard]] static Outcome crashed(std::string_view challenge = {}) {
    return {.kind = Kind::crash,
            .status = 500,
            .message = "An unexpected error occurred",
            .challenge = challenge};
  }
};

}  // namespace gw::gateway
