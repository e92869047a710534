// Bytes both ways between two connections until both sides are done (after a WebSocket upgrade).
#pragma once

#include <chrono>
#include <cstdint>

#include "net/buffer.h"
#include "net/stream.h"

namespace gw::net {

struct Tunnelled {
  std::uint64_t from_a = 0;
  std::uint64_t from_b = 0;
};

// What lies in the buffers goes first. A side that stops sending is told to the other, which may
// go on. Ends when neither side has sent anything for `idle`, or one breaks.
[[nodiscard]] Task<Tunnelled> tunnel(Stream& a, Buffer& a_in, Stream& b, Buffer& b_in,
                                     std::chrono::milliseconds idle);

}  // namespace gw::net
