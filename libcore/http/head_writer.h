// Heads as bytes: the only place that turns a message into text (hardening.md I1). Framing fields
// and Connection are written here and nowhere else.
#pragma once

#include <cstdint>
#include <optional>
#include <string>
#include <string_view>

#include "http/framing.h"
#include "http/message.h"

namespace gw::http {

// What the Connection field says.
enum class Persistence : std::uint8_t { keep_alive, close, upgrade };

struct ResponseFrame {
  BodyKind kind = BodyKind::sized;      // of what follows the head
  std::optional<std::uint64_t> length;  // Content-Length, where it is known; never with chunked
  Persistence persistence = Persistence::keep_alive;
};

// Both append whole heads, or nothing and return false when the peer could read one wrongly:
//  - a name is no token, a value holds a control other than HTAB, a method or target cannot stand;
//  - the fields hold Content-Length or Transfer-Encoding (or a request's Connection), which are
//    written here;
//  - the framing leaves the end of the body open: a sized answer without length, one that ends with
//    the connection and keeps it, a request that does not say its size.

// Appends "METHOD target HTTP/1.1", the fields, then Connection (keep-alive, close, or "keep-alive,
// Upgrade") and the framing of `body`.
[[nodiscard]] bool write_request(std::string& out, const RequestHead& head, const Body& body,
                                 Persistence persistence);

// Appends "HTTP/1.1 status reason", the fields, Connection, and Content-Length or
// Transfer-Encoding. `status` decides what may not be there: no framing in 1xx and 204, no
// Connection in 1xx but 101. A Connection among the fields (Kong's 426 has one) stays, before the
// writer's own.
[[nodiscard]] bool write_response(std::string& out, const ResponseHead& head,
                                  const ResponseFrame& frame);

// "1f40\r\n"; the chunk's end is "\r\n", the body's kLastChunk.
void write_chunk_size(std::string& out, std::uint64_t size);
inline constexpr std::string_view kLastChunk = "0\r\n\r\n";

}  // namespace gw::http
