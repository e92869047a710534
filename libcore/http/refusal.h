// Why a message is refused at the border, before anything is made of it.
#pragma once

#include <cstdint>
#include <string_view>

namespace gw::http {

// What a client is answered, and for the log what was wrong. Towards an upstream every refusal of
// its answer is a 502.
struct Refusal {
  std::uint16_t status = 400;
  std::string_view reason;  // a literal: never bytes of the peer
};

}  // namespace gw::http
