// Where a message's body ends and whether its connection lives on (RFC 9112 sections 6 and 9).
// Any doubt is a refusal; the caller then closes the connection.
#pragma once

#include <cstdint>
#include <expected>
#include <optional>
#include <string_view>

#include "http/known_fields.h"
#include "http/message.h"
#include "http/refusal.h"

namespace gw::http {

enum class BodyKind : std::uint8_t { none, sized, chunked, until_close };

struct Body {
  BodyKind kind = BodyKind::none;
  std::uint64_t size = 0;  // of BodyKind::sized
};

struct RequestFraming {
  Body body;
  bool keep_alive = true;         // the client would keep the connection
  bool expects_continue = false;  // Expect: 100-continue, of HTTP/1.1
  bool offers_websocket = false;  // Upgrade: websocket with Connection: upgrade, of HTTP/1.1
};

struct ResponseFraming {
  Body body;                            // none for what has none whatever its fields say
  std::optional<std::uint64_t> length;  // Content-Length as it stands, for HEAD and 304
  bool keep_alive = true;
};

// `index` belongs to head.fields.
[[nodiscard]] std::expected<RequestFraming, Refusal> frame_request(const HeadView& head,
                                                                   const FieldIndex& index);
// `request_method`: of the request that this answers.
[[nodiscard]] std::expected<ResponseFraming, Refusal> frame_response(
    std::string_view request_method, const ResponseHeadView& head, const FieldIndex& index);

}  // namespace gw::http
