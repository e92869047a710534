// How a client's connection goes on after a request.
#pragma once

#include <cstdint>

namespace gw::proxy {

enum class After : std::uint8_t {
  next,    // with the next request
  linger,  // closed, once the client had time to read the answer
  close,   // closed
  abort,   // reset: what was sent must not be taken for complete
};

}  // namespace gw::proxy
