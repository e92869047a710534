// HTTP message heads as values (RFC 9110, RFC 9112). No sockets here.
#pragma once

#include <cstdint>
#include <optional>
#include <span>
#include <string_view>
#include <vector>

namespace gw::http {

enum class Version : std::uint8_t { http10, http11 };

// One field line. Views point into a buffer or arena whose owner outlives the message.
struct Field {
  std::string_view name;
  std::string_view value;
};

// A request's head as it was received: names and values checked, values without outer white space.
struct HeadView {
  std::string_view method;
  std::string_view target;  // as sent; origin-form
  Version version = Version::http11;
  std::span<const Field> fields;
};

struct ResponseHeadView {
  std::uint16_t status = 200;
  std::string_view reason;
  Version version = Version::http11;
  std::span<const Field> fields;
};

// A head that the gateway writes. Framing (Content-Length, Transfer-Encoding, Connection) is not in
// it: that is the writer's.
struct RequestHead {
  std::string_view method;
  std::string_view target;
  std::vector<Field> fields;
};

struct ResponseHead {
  std::uint16_t status = 200;
  std::vector<Field> fields;
};

// The first value of `name` (case-insensitive); nullopt when the field is absent.
[[nodiscard]] std::optional<std::string_view> find(std::span<const Field> fields,
                                                   std::string_view name);
[[nodiscard]] std::size_t count(std::span<const Field> fields, std::string_view name);

// The reason phrase that nginx and Kong send (kong-behaviour.md 6.2); "" for 418, 426 and 494.
[[nodiscard]] std::string_view reason_phrase(std::uint16_t status);

// Whether a response has a body at all (RFC 9112 section 6.3): not to HEAD, nor 1xx, 204, 304.
[[nodiscard]] bool has_body(std::string_view request_method, std::uint16_t status);

}  // namespace gw::http
