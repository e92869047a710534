// One request on its way through the gateway: the core's state machine, without I/O or clock.
//
// A driver (the simulator, or a server's connection) calls start(), performs the Step that it gets
// and hands the outcome to the matching on_*(), which returns the next Step, until Relay or
// Respond. Views and pointers in a Step live until the next call on the Exchange.
#pragma once

#include <cstdint>
#include <span>
#include <string>
#include <string_view>
#include <variant>
#include <vector>

#include "base/clock.h"
#include "base/ip.h"
#include "base/result.h"
#include "base/rng.h"
#include "http/message.h"
#include "limit/charge.h"
#include "model/entities.h"

namespace gw::gateway {

class Snapshot;
class Balancers;
struct Trace;

enum class Scheme : std::uint8_t { http, https };

struct Peer {
  IpAddress ip;
  std::uint16_t port = 0;
};

// A request as it arrived. All views outlive the Exchange.
struct RequestView {
  http::HeadView head;
  Peer peer;
  Scheme scheme = Scheme::http;
  std::uint16_t listener_port = 8000;
  std::string_view sni;  // of a TLS connection; empty: none sent
};

// Which counters a Charge means.
struct Store {
  enum class Kind : std::uint8_t { memory, redis, synced };
  Kind kind = Kind::memory;
  model::RedisTarget redis;  // of redis and synced
  double sync_rate = -1;     // seconds; of synced
};

enum class AttemptError : std::uint8_t {
  refused,  // no connection
  reset,    // closed before a response byte
  connect_timeout,
  read_timeout,  // connected and sent, no response head in time
  name_unknown,  // the host name does not exist
  name_failure,  // the resolver did not answer, or with a failure
  tls,           // the handshake failed
  garbage,       // what came is no HTTP response
};

struct Target {
  std::string_view host;
  std::uint16_t port = 80;
  std::uint32_t index = 0;  // within its upstream; 0 for a plain host
};

struct Timeouts {
  std::chrono::milliseconds connect{60000};
  std::chrono::milliseconds write{60000};
  std::chrono::milliseconds read{60000};
};

struct NeedBody {
  std::size_t at_most = 0;  // a longer body: hand over an Error with ErrorCode::too_large
};
struct NeedCounters {
  const Store* store = nullptr;
  std::span<const limit::Charge> charges;
};
struct Try {
  Target target;
  bool tls = false;
  std::string_view sni;
  Timeouts timeouts;
  const model::Service* service = nullptr;
  const http::RequestHead* head = nullptr;
  const std::string* body = nullptr;  // replaces the client's body; nullptr: that one is streamed
};
// The upstream's answer with this head; the body follows as it comes.
struct Relay {
  const http::ResponseHead* head = nullptr;
};
// An answer of the gateway's own.
struct Respond {
  const http::ResponseHead* head = nullptr;
  std::string_view body;
};
using Step = std::variant<NeedBody, NeedCounters, Try, Relay, Respond>;

// How it ended, for reports and logs.
enum class Disposition : std::uint8_t {
  passed,   // an upstream's answer, whatever its status
  limited,  // refused by a rate-limit plugin, whatever its error_code
  denied,   // another answer below 500 that the gateway made
  failed,   // one from 500
};

// Buffers of an Exchange, kept by the driver from one request to the next: the steady path
// allocates nothing.
class Scratch;

class Exchange {
 public:
  // `trace` is filled for --explain; nullptr costs nothing.
  Exchange(const Snapshot& snapshot, Balancers& balancers, Scratch& scratch,
           const RequestView& request, Instant arrived, Rng& rng, Trace* trace = nullptr);

  Step start();
  Step on_body(Result<std::string_view> body);
  // One reading a charge that was reached; an Error: the store did not answer.
  Step on_counters(Result<std::span<const limit::Reading>> readings);
  Step on_attempt(AttemptError error, Instant now);
  Step on_response(const http::ResponseHeadView& head, Instant now);
  // After the response has been sent, or the client has gone. Charges to perform now (levels 2.0 to
  // 2.2 under `counting: kong`), else none.
  std::span<const limit::Charge> on_end(Instant now);

  [[nodiscard]] Disposition disposition() const;
  // nullptr: none matched, or none was authenticated.
  [[nodiscard]] const model::Route* route() const;
  [[nodiscard]] const model::Consumer* consumer() const;
  // The store that on_end()'s charges are for.
  [[nodiscard]] const Store* end_store() const;
  // Tries so far that were handed to the driver.
  [[nodiscard]] unsigned attempts() const;

 private:
  Scratch& scratch_;
};

}  // namespace gw::gateway
