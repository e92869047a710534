// Everything that one Exchange knows while it runs. For the gateway's own sources.
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/arena.h"
#include "gateway/balancer.h"
#include "gateway/client_address.h"
#include "gateway/compiled.h"
#include "gateway/exchange.h"
#include "gateway/plugins/limit_names.h"
#include "gateway/scratch.h"
#include "gateway/trace.h"
#include "http/known_fields.h"
#include "http/message.h"
#include "http/uri.h"
#include "limit/charge.h"
#include "limit/window.h"

namespace gw::gateway {

// A UUID as text that lives as long as the request.
[[nodiscard]] inline std::string_view text_of(const Uuid& id, Arena& arena) {
  char text[36];
  id.write(text);
  return arena.copy({text, sizeof text});
}

// One rate-limit plugin's part in this request.
struct LimitStep {
  const LimitNames* names = nullptr;
  const CompiledLimits* limits = nullptr;
  const Store* store = nullptr;
  bool fault_tolerant = true;
  bool hide_headers = false;
  double error_code = 429;
  std::string_view error_message;
  std::string_view plugin;  // its name, for the trace
};

struct Scratch::State {
  // What the Exchange was made with.
  const Snapshot* snapshot = nullptr;
  Balancers* balancers = nullptr;
  const RequestView* request = nullptr;
  Instant arrived;
  Rng* rng = nullptr;
  Trace* trace = nullptr;

  // Derived from the request.
  Arena arena;
  const http::FieldIndex* request_index = nullptr;  // the parser's, or own_index
  http::FieldIndex own_index;
  http::TargetView target;
  std::string_view path;  // that routes are matched with
  ClientAddress client;
  std::array<char, IpAddress::kTextSize> client_buffer{};
  std::string_view client_ip;
  std::array<char, 32> request_id_buffer{};
  std::string_view request_id;  // empty below 3.5
  Scheme forwarded_scheme = Scheme::http;

  // Routing.
  const CompiledRoute* route = nullptr;
  std::uint32_t route_index = 0;
  RouteMatch match;
  const CompiledService* service = nullptr;

  // Plugins.
  std::size_t next_plugin = 0;  // into the route's plan
  std::optional<std::uint32_t> consumer;
  const CredentialEntry* credential = nullptr;
  bool anonymous = false;
  std::optional<std::string_view> body;  // once it was asked for
  bool body_failed = false;
  std::vector<http::Field> set_upstream;           // identity headers
  std::vector<std::string_view> removed_upstream;  // names that do not go upstream
  std::optional<std::string_view> query;           // replaces the client's
  std::string new_body;                            // replaces the client's, when has_new_body
  bool has_new_body = false;

  // Rate limits: steps[i] asks charges[i]; windows of all of them stand in one array.
  limit::Calendar calendar;
  std::vector<LimitStep> limit_steps;
  std::vector<limit::Charge> charges;
  std::vector<limit::Window> windows;  // never grows beyond what is reserved: charges point into it
  std::size_t round_windows = 0;       // where those of the current round begin
  std::vector<http::Field> limit_fields;
  std::vector<limit::Charge> end_charges;
  const Store* end_store = nullptr;

  // Upstream tries.
  std::optional<SteadyTime> dialing;  // when the first one began
  TargetRef peer;                     // the balanced target that is being tried, or answered
  std::optional<std::uint64_t> hash;  // of consistent hashing, from the first pick on
  std::string_view new_cookie;        // value of Set-Cookie, when hashing made one
  bool body_consumed = false;
  unsigned unresolved = 0;  // tries of targets whose name has no address
  http::RequestHead upstream_head;
  std::vector<std::uint32_t> tried;
  unsigned attempts = 0;

  const http::FieldIndex* upstream_index = nullptr;  // of its answer: the parser's, or own
  http::FieldIndex own_upstream_index;

  // The answer. The date's text is kept from request to request: it changes once a second.
  WallSeconds date_second{};
  std::string date_text;
  http::ResponseHead answer;
  Disposition disposition = Disposition::failed;

  State();
  // A new request: everything of the last one is forgotten, and what it says is looked up once.
  void begin(const Snapshot& new_snapshot, const RequestView& view, Instant now, Rng& random,
             Trace* new_trace);
  [[nodiscard]] const Traits& traits() const { return snapshot->traits; }
  // The first value of a field of the request.
  [[nodiscard]] std::optional<std::string_view> header(http::Known name) const {
    const std::size_t i = request_index->first(name);
    if (i == http::FieldIndex::kNone) return std::nullopt;
    return request->head.fields[i].value;
  }
  // Adds a field to the answer; `because` is kept when somebody asked for an explanation.
  void add_answer(std::string_view name, std::string_view value, std::string_view because);

 private:
  void reset();
};

}  // namespace gw::gateway
