// One line a request: nginx's "combined" form, or JSON.
//
// Of the target only the path is written, and those query parameters that the operator has named:
// keys of clients arrive in queries. The referer loses its query and userinfo for the same reason.
// Whatever is not printable ASCII is escaped, as are quotes and backslashes (CWE-117).
#pragma once

#include <chrono>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/ip.h"
#include "gateway/settings_server.h"

namespace gw::proxy {

// A request that has been answered, or was refused before it could be read: then `method` is empty.
// All views are needed for the call alone; what is empty or nullopt did not apply.
struct AccessEntry {
  WallTime time{};
  IpAddress client{};
  std::string_view method{};
  std::string_view target{};   // as it was received
  std::string_view version{};  // "HTTP/1.1"
  unsigned status = 0;
  std::uint64_t body_bytes = 0;  // of the answer, as sent
  std::chrono::microseconds duration{};
  std::optional<std::chrono::microseconds> upstream_latency{};
  std::string_view upstream{};  // address:port
  std::string_view route{};
  std::string_view service{};
  std::string_view consumer{};
  std::string_view request_id{};
  std::string_view user_agent{};
  std::string_view referer{};
};

// Not thread-safe: one a worker. Keeps the last second's text, and allocates nothing else once
// the caller's buffer has its size.
class AccessLine {
 public:
  // `query` names the parameters that may be logged, as they are written in targets.
  AccessLine(gateway::AccessLogFormat format, std::vector<std::string> query);
  // Appends the line and its newline.
  void write(const AccessEntry& entry, std::string& out);

 private:
  void write_combined(const AccessEntry& entry, std::string& out) const;
  void write_json(const AccessEntry& entry, std::string& out) const;
  void write_path(std::string_view target, std::string& out) const;
  void remember_second(WallTime time);
  [[nodiscard]] bool is_named(std::string_view parameter) const;

  gateway::AccessLogFormat format_;
  std::vector<std::string> query_;
  std::optional<WallSeconds> second_;
  std::string second_text_;
};

}  // namespace gw::proxy
