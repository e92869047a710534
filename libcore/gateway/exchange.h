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
#include "gateway/store.h"
#include "http/known_fields.h"
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
  // Of head.fields, when the parser has made it already.
  const http::FieldIndex* index = nullptr;
  bool offers_websocket = false;  // as http::frame_request finds
};

enum class AttemptError : std::uint8_t {
  refused,  // no connection
  reset,    // closed before a response byte
  connect_timeout,
  read_timeout,          // connected and sent, no response head in time
  name_unknown,          // the host name does not exist
  name_failure,          // the resolver did not answer, or with a failure
  tls,                   // the handshake failed
  garbage,               // what came is no HTTP response
  write_timeout,         // connected, and the request could not be sent in time
  closed_while_sending,  // the connection broke while the request was being sent
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
  bool upgrade = false;  // to WebSocket: the writer's Connection is "keep-alive, Upgrade"
  const model::Upstream* upstream = nullptr;  // that the target belongs to; nullptr: a plain host
};
// The upstream's answer with this head; the body follows as it comes. With status 101 both sides
// speak WebSocket from here on.
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
  // The moment at which the driver sets out for the first target: the latency headers divide there.
  // Later calls change nothing; without one it is the arrival.
  void on_dialing(Instant now);
  // Part of a streamed request body has been taken from the client: it cannot be sent again, so the
  // next failure is final.
  void body_consumed();
  Step on_attempt(AttemptError error, Instant now);
  // A final head, or a 101; other 1xx are the driver's. `index` belongs to head.fields. A 101 that
  // was not asked for is handled as AttemptError::garbage.
  Step on_response(const http::ResponseHeadView& head, Instant now,
                   const http::FieldIndex* index = nullptr);
  // The client's fault after start(): a body that is malformed (400), too large (413) or does not
  // come (408). Yields a Respond; of use until a byte of the answer was sent.
  Step refuse(std::uint16_t status, Instant now);
  // After the response has been sent, or the client has gone; on every path, for targets count
  // their requests. Charges to perform now (levels 2.0 to 2.2 under `counting: kong`), else none.
  std::span<const limit::Charge> on_end(Instant now);

  [[nodiscard]] Disposition disposition() const;
  // nullptr: none matched, or none was authenticated.
  [[nodiscard]] const model::Route* route() const;
  [[nodiscard]] const model::Consumer* consumer() const;
  [[nodiscard]] const model::Service* service() const;
  // For logs; all live until the next Exchange on this Scratch.
  [[nodiscard]] std::string_view request_id() const;     // empty below level 3.5
  [[nodiscard]] std::string_view credential_id() const;  // empty: none
  [[nodiscard]] std::string_view client_ip() const;      // behind trusted proxies
  [[nodiscard]] const IpAddress& client() const;         // the same
  // The store that on_end()'s charges are for.
  [[nodiscard]] const Store* end_store() const;
  // Tries so far that were handed to the driver.
  [[nodiscard]] unsigned attempts() const;

 private:
  Scratch& scratch_;
};

}  // namespace gw::gateway
