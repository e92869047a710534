// The field names that the gateway acts on: told apart once a message, then compared as numbers.
#pragma once

#include <array>
#include <cstddef>
#include <cstdint>
#include <span>
#include <string_view>
#include <vector>

#include "http/message.h"

namespace gw::http {

enum class Known : std::uint8_t {
  other,
  accept,
  connection,
  content_length,
  content_type,
  date,
  expect,
  host,
  keep_alive,
  kong_debug,
  proxy,
  proxy_authenticate,
  proxy_authorization,
  proxy_connection,
  server,
  te,
  trailer,
  transfer_encoding,
  upgrade,
  via,
  x_forwarded_for,
  x_forwarded_host,
  x_forwarded_path,
  x_forwarded_port,
  x_forwarded_prefix,
  x_forwarded_proto,
  x_kong_proxy_latency,
  x_kong_request_id,
  x_kong_upstream_latency,
  x_real_ip,
};
inline constexpr std::size_t kKnownCount = 30;

// Known::other for every name that is not in the list; without regard to case.
[[nodiscard]] Known classify(std::string_view name);

// The known fields of one message. Reused from message to message: allocates only to grow.
class FieldIndex {
 public:
  FieldIndex() { clear(); }
  void clear();
  // The next field of the message.
  void add(std::string_view name);
  void build(std::span<const Field> fields);

  [[nodiscard]] std::size_t size() const { return known_.size(); }
  [[nodiscard]] Known known(std::size_t i) const { return known_[i]; }
  // Position of the first field with this name, or kNone.
  [[nodiscard]] std::size_t first(Known name) const {
    const std::uint32_t i = first_[static_cast<std::size_t>(name)];
    return i == kAbsent ? kNone : i;
  }
  // Of the next one behind position `i`.
  [[nodiscard]] std::size_t next(Known name, std::size_t i) const;
  static constexpr std::size_t kNone = ~std::size_t{0};

 private:
  static constexpr std::uint32_t kAbsent = ~std::uint32_t{0};

  std::vector<Known> known_;
  std::array<std::uint32_t, kKnownCount> first_{};
};

}  // namespace gw::http
