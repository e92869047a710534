// The Admin API of a Kong without a database (kong-behaviour.md 8): every entity can be read, the
// config is replaced as a whole, other writes are refused with 405. Does no I/O.
//
// Not thread-safe: one Api a listener thread. Whoever reads the request bounds its size; what is
// over the bound is answered with refuse(413, ...).
#pragma once

#include <cstddef>
#include <cstdint>
#include <memory>
#include <optional>
#include <span>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "admin/live_node.h"
#include "http/message.h"

namespace gw::admin {

// Views live as long as the call of handle().
struct Request {
  std::string_view method;
  std::string_view target;  // origin-form
  std::span<const http::Field> fields;
  std::string_view body;
  std::string_view peer;  // who asks, for the audit line: an address, or "unix"
};

struct Response {
  std::uint16_t status = 200;
  std::vector<std::pair<std::string, std::string>> fields;  // without Date, Connection and framing
  std::string body;                                         // "" for HEAD
  std::optional<std::size_t> length;                        // Content-Length, when there is one
  // What a log may have of the path: as it was sent, or the endpoint's pattern where it may hold an
  // API key; "-" when it is none of ours.
  std::string loggable_path = "-";
};

class Api {
 public:
  explicit Api(LiveNode& node);  // which outlives this object
  ~Api();

  [[nodiscard]] Response handle(const Request& request);
  // An answer to what never became a whole request: 400, 408, 413, ...
  [[nodiscard]] Response refuse(std::uint16_t status, std::string_view message);

 private:
  class Table;
  LiveNode& node_;
  std::unique_ptr<const Table> table_;  // of the level that was last asked for
};

}  // namespace gw::admin
