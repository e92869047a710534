// What drivers, workers and the Admin API exchange about the health of targets. Plain values.
#pragma once

#include <chrono>
#include <cstdint>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/clock.h"
#include "base/uuid.h"
#include "gateway/target_health.h"

namespace gw::gateway {

// One observation that counted. Fed to the Balancers of other workers it has the same effect there.
struct HealthEvent {
  Uuid upstream;
  std::string host;
  std::uint16_t port = 0;
  bool active = false;  // by a probe; else by traffic
  Report report = Report::success;
  SteadyTime at{};
  bool turned = false;  // here the target changed sides; `healthy` is what it is now
  bool healthy = true;
};

// A check to make now. The connection is its own, closed afterwards.
struct Probe {
  enum class Type : std::uint8_t {
    tcp,    // connect
    tls,    // and shake hands
    http,   // GET path, HTTP/1.1, Connection: close; the status decides
    https,  // the same over TLS
  };
  std::uint64_t id = 0;
  Type type = Type::http;
  std::string host;
  std::uint16_t port = 0;
  std::string path;
  std::string host_header;
  std::string sni;
  bool verify = true;
  std::chrono::milliseconds timeout{1000};  // of the whole check
  std::vector<std::pair<std::string, std::string>> headers{};
};

struct ProbeOutcome {
  enum class Kind : std::uint8_t {
    connected,  // of tcp and tls
    answered,   // with `status`; 0: what came is no HTTP response
    failed,     // no connection, no handshake, or it broke
    timed_out,
    unresolved,  // the name has no address
  };
  Kind kind = Kind::answered;
  std::uint16_t status = 0;
};

// As Kong's Admin API has it: GET /upstreams/{upstream}/health.
enum class TargetStatus : std::uint8_t { healthchecks_off, healthy, unhealthy, dns_error };
[[nodiscard]] std::string_view word(TargetStatus status);  // "HEALTHCHECKS_OFF", ...

}  // namespace gw::gateway
