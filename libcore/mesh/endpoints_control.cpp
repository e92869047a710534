// What `gatewayctl mesh fault` asks of the agent, and how the agent is: no part of Consul.
//
// The API lets only gatewayctl on this machine come here, also while the agent is down.
#include <chrono>
#include <utility>

#include <fmt/format.h>

#include "mesh/endpoints.h"
#include "mesh/go_values.h"
#include "mesh/reply_json.h"
#include "mesh/state.h"

namespace gw::mesh {
namespace {

using std::chrono::milliseconds;

constexpr std::chrono::hours kLongest{24};

// A parameter's span of time, or `by_default`; an Error says how it is written.
Result<milliseconds> read_span(const Call& call, std::string_view name, milliseconds by_default) {
  const std::string_view text = call.get(name);
  if (text.empty()) return by_default;
  const auto span = parse_go_duration(text);
  if (!span || span->count() <= 0 || *span > kLongest) {
    return fail(ErrorCode::invalid,
                fmt::format("{} is a span of time up to 24h such as 2s or 250ms, not {}", name,
                            go_quote(text)));
  }
  return std::chrono::ceil<milliseconds>(*span);
}

Json status_of(const State& state) {
  Json intentions = Json::array();
  for (const StoredIntention& intention : state.intentions.all()) {
    intentions.push_back(connect::describe(intention.what));
  }
  return {{"datacenter", state.settings.datacenter},
          {"trust_domain", state.authority->trust_domain()},
          {"index", state.changes.index()},
          {"requests", state.counters.requests},
          {"waiting", state.counters.waiting},
          {"roots", state.authority->roots().size()},
          {"active_root_id", state.authority->active().id},
          {"agent_down", state.faults.down},
          {"delay_ms", state.faults.delay.count()},
          {"services", state.catalog.services().size()},
          {"allow_by_default", state.intentions.allow_by_default()},
          {"intentions", std::move(intentions)}};
}

Reply rotate(State& state, const Call& call) {
  const auto rotated = state.rotate();
  return rotated ? json_reply(call, status_of(state)) : refuse(500, rotated.error().message);
}

Reply expire(State& state, const Call& call) {
  if (call.rest.empty()) return refuse(400, "which service's leaf? .../expire-leaf/SERVICE");
  const auto how_long = read_span(call, "for", std::chrono::seconds(10));
  if (!how_long) return refuse(400, how_long.error().message);
  const auto expired = state.leaves.expire(call.rest, *how_long);
  return expired ? json_reply(call, status_of(state)) : refuse(500, expired.error().message);
}

Reply slow(State& state, const Call& call) {
  const auto delay = read_span(call, "delay", std::chrono::seconds(2));
  if (!delay) return refuse(400, delay.error().message);
  state.faults = {*delay, false};
  return json_reply(call, status_of(state));
}

Reply set_down(State& state, const Call& call, bool down) {
  state.faults = {milliseconds(0), down};
  state.changes.ring();  // who waits is cut off
  return json_reply(call, status_of(state));
}

}  // namespace

void add_control_endpoints(Endpoints& endpoints, State& state) {
  const auto put = [&](std::string path, Handler handle) {
    endpoints.add("/v1/gatewayctl/fault/" + std::move(path), {"PUT"}, std::move(handle), false);
  };
  put("rotate-root", [&state](const Call& call) { return rotate(state, call); });
  put("expire-leaf/", [&state](const Call& call) { return expire(state, call); });
  put("agent/slow", [&state](const Call& call) { return slow(state, call); });
  put("agent/down", [&state](const Call& call) { return set_down(state, call, true); });
  put("agent/up", [&state](const Call& call) { return set_down(state, call, false); });
  endpoints.add(
      "/v1/gatewayctl/status", {"GET"},
      [&state](const Call& call) { return json_reply(call, status_of(state)); }, false);
}

}  // namespace gw::mesh
