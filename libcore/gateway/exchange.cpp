#include "gateway/exchange.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "gateway/answer_head.h"
#include "gateway/answers.h"
#include "gateway/attempts.h"
#include "gateway/error_answer.h"
#include "gateway/exchange_state.h"
#include "gateway/explain.h"
#include "gateway/plugins/key_auth.h"
#include "gateway/plugins/limits.h"
#include "gateway/refusal.h"
#include "gateway/upstream_head.h"
#include "limit/verdict.h"

namespace gw::gateway {
namespace {

using http::Known;

using State = Scratch::State;

void read_request(State& s) {
  const RequestView& request = *s.request;
  s.target = http::split_target(request.head.target);
  s.path =
      s.traits().normalizes_request ? http::normalize_path(s.target.path, s.arena) : s.target.path;
  s.client = client_address(request.peer.ip, request.head.fields, s.snapshot->settings);
  s.client_ip = s.client.ip.write(s.client_buffer);
  s.forwarded_scheme = request.scheme;
  if (s.client.trusted_peer) {
    const auto proto = s.header(Known::x_forwarded_proto);
    if (proto) s.forwarded_scheme = iequals(*proto, "https") ? Scheme::https : Scheme::http;
  }
}

bool has_lower_case(std::string_view method) {
  return std::ranges::any_of(method, [](char c) { return c != to_upper(c); });
}

// What is refused before the router sees it (kong-behaviour.md 5.7, hardening.md 1).
std::optional<Step> refuse_early(State& s) {
  const std::string_view method = s.request->head.method;
  if (method == "TRACE" || (method == "CONNECT" && s.traits().connect_is_405)) {
    return answer_early(s, 405, s.traits().wrong_method, s.arrived);
  }
  if (has_lower_case(method) || !s.target.path.starts_with('/') || http::has_nul(s.target.path) ||
      nominates_forbidden_field(s)) {
    return answer_error(s, ErrorSource::server, 400, "Bad request", s.arrived);
  }
  return std::nullopt;
}

RouteQuery route_query(const State& s) {
  const auto& maps = s.snapshot->settings.port_maps;
  const auto mapped = maps.find(s.request->listener_port);
  return {.method = s.request->head.method,
          .host = s.header(Known::host).value_or(""),
          .path = s.path,
          .scheme = s.request->scheme,
          .listener_port = mapped == maps.end() ? s.request->listener_port : mapped->second,
          .sni = s.request->sni,
          .fields = s.request->head.fields};
}

// False when no route matched.
bool find_route(State& s) {
  const Snapshot& snapshot = *s.snapshot;
  const RouteQuery query = route_query(s);
  const auto match = snapshot.router->match(query);
  if (s.trace != nullptr) explain_route(snapshot, query, match, *s.trace);
  if (!match) return false;
  s.match = *match;
  s.route_index = match->route;
  s.route = &snapshot.routes[match->route];
  if (s.route->service) s.service = &snapshot.services[*s.route->service];
  return true;
}

bool is_grpc_content(const State& s) {
  return s.header(Known::content_type).value_or("").starts_with("application/grpc");
}

// A route that matched may still want another protocol.
std::optional<Step> refuse_protocol(State& s) {
  const CompiledRoute& route = *s.route;
  if (s.forwarded_scheme == Scheme::http && !route.http && !route.grpc) {
    const std::uint16_t status = route.model->https_redirect_status_code;
    if (status != 426) return answer_redirect(s, status);
    Step step = answer_error(s, ErrorSource::core, 426, "Please use HTTPS protocol", s.arrived);
    s.add_answer("Connection", "Upgrade", "the route wants https");
    s.add_answer("Upgrade", "TLS/1.2, HTTP/1.1", "the route wants https");
    return step;
  }
  if (!route.grpc) return std::nullopt;
  if (!is_grpc_content(s)) {
    return answer_error(s, ErrorSource::core, 415, "Non-gRPC request matched gRPC route",
                        s.arrived);
  }
  Step step = answer_error(s, ErrorSource::core, 426, "Please use HTTP2 protocol", s.arrived);
  s.add_answer("Connection", "Upgrade", "gRPC needs HTTP/2");
  s.add_answer("Upgrade", "HTTP/2", "gRPC needs HTTP/2");
  return step;
}

Outcome run_plugin(State& s, const CompiledPlugin& plugin) {
  struct Run {
    State& s;
    Outcome operator()(const CompiledKeyAuth& p) const { return run_key_auth(p, s); }
    Outcome operator()(const CompiledRateLimiting& p) const { return ask_rate_limiting(p, s); }
    Outcome operator()(const CompiledConsumerRateLimiting& p) const {
      return ask_consumer_rate_limiting(p, s);
    }
  };
  return std::visit(Run{s}, plugin.compiled);
}

const CompiledPlugin* applicable(State& s, PluginKind kind) {
  const auto k = static_cast<std::size_t>(kind);
  const InstanceTable& table = s.snapshot->instances[k];
  const bool own = s.consumer && table.is_scoped_to(*s.consumer);
  const auto index =
      own ? table.pick(s.route_index, s.route->service, s.consumer) : s.route->instances[k];
  if (s.trace != nullptr) {
    explain_plugin(*s.snapshot, kind, s.route_index, s.route->service, s.consumer, index, *s.trace);
  }
  return index ? &s.snapshot->plugins[*index] : nullptr;
}

// Whether the round of questions that has been collected must be asked before `plugin` runs.
bool must_ask_first(const State& s, const CompiledPlugin& plugin) {
  if (s.charges.empty()) return false;
  const Store* store = nullptr;
  if (const auto* limiting = std::get_if<CompiledRateLimiting>(&plugin.compiled)) {
    store = limiting->store;
  } else if (const auto* consumer = std::get_if<CompiledConsumerRateLimiting>(&plugin.compiled)) {
    store = consumer->store;
  }
  return store != s.limit_steps.front().store;
}

Step ask_counters(State& s) {
  bind_windows(s);
  return NeedCounters{s.limit_steps.front().store, s.charges};
}

Step run_plugins(State& s) {
  const auto& plan = s.route->plan;
  while (s.next_plugin < plan.size()) {
    const CompiledPlugin* plugin = applicable(s, plan[s.next_plugin]);
    if (plugin == nullptr) {
      ++s.next_plugin;
      continue;
    }
    if (must_ask_first(s, *plugin)) return ask_counters(s);
    const Outcome outcome = run_plugin(s, *plugin);
    if (outcome.kind == Outcome::Kind::need_body) return NeedBody{kMaxKeyBody};
    if (outcome.kind == Outcome::Kind::crash && !s.charges.empty()) return ask_counters(s);
    if (outcome.kind != Outcome::Kind::go_on) return answer_outcome(s, outcome);
    ++s.next_plugin;
  }
  return s.charges.empty() ? begin_proxying(s) : ask_counters(s);
}

// Under Kong's own counting at 2.0 to 2.2 what passed is counted once the answer has been sent.
void count_at_end(State& s, const limit::Charge& charge, const Store* store) {
  if (charge.how != limit::Counting::read_only) return;
  s.end_charges.push_back(charge);
  s.end_charges.back().how = limit::Counting::add_only;
  s.end_store = store;
}

// Reads one round of counters; the outcome of the first step that stops the request, if any.
std::optional<Outcome> read_counters(State& s, std::span<const limit::Reading> readings) {
  const WallSeconds now = whole_seconds(s.arrived.wall);
  for (std::size_t i = 0; i < readings.size() && i < s.limit_steps.size(); ++i) {
    const LimitStep& step = s.limit_steps[i];
    const limit::Verdict verdict = limit::judge(s.charges[i].windows, readings[i], now);
    if (s.trace != nullptr) {
      explain_counters(*step.store, s.charges[i], readings[i], *s.trace);
    }
    add_limit_headers(step, verdict, s);
    if (verdict.stopped) return stopped(step);
    count_at_end(s, s.charges[i], step.store);
  }
  return std::nullopt;
}

void finish_round(State& s) {
  s.limit_steps.clear();
  s.charges.clear();
  s.round_windows = s.windows.size();
}

}  // namespace

Exchange::Exchange(const Snapshot& snapshot, Balancers& balancers, Scratch& scratch,
                   const RequestView& request, Instant arrived, Rng& rng, Trace* trace)
    : scratch_(scratch) {
  scratch.state().begin(snapshot, request, arrived, rng, trace);
  scratch.state().balancers = &balancers;
}

Step Exchange::start() {
  State& s = scratch_.state();
  read_request(s);
  if (auto refused = refuse_early(s)) return *refused;
  if (!find_route(s)) {
    return answer_error(s, ErrorSource::core, 404, "no Route matched with those values", s.arrived);
  }
  if (auto refused = refuse_protocol(s)) return *refused;
  return run_plugins(s);
}

Step Exchange::on_body(Result<std::string_view> body) {
  State& s = scratch_.state();
  if (body) {
    s.body = *body;
  } else {
    s.body_failed = true;
  }
  return run_plugins(s);
}

Step Exchange::on_counters(Result<std::span<const limit::Reading>> readings) {
  State& s = scratch_.state();
  if (!readings) {
    const bool fatal = std::ranges::any_of(
        s.limit_steps, [](const LimitStep& step) { return !step.fault_tolerant; });
    finish_round(s);
    if (fatal) return answer_error(s, ErrorSource::core, 500, kUnexpectedError, s.arrived);
    return run_plugins(s);
  }
  const auto refused = read_counters(s, *readings);
  finish_round(s);
  if (!refused) return run_plugins(s);
  Step step = answer_outcome(s, *refused);
  s.disposition =
      refused->kind == Outcome::Kind::refuse ? Disposition::limited : Disposition::failed;
  return step;
}

void Exchange::on_dialing(Instant now) {
  State& s = scratch_.state();
  if (!s.dialing) s.dialing = now.steady;
}

void Exchange::body_consumed() {
  scratch_.state().body_consumed = true;
}

Step Exchange::on_attempt(AttemptError error, Instant now) {
  return after_failed_try(scratch_.state(), error, now);
}

Step Exchange::on_response(const http::ResponseHeadView& head, Instant now,
                           const http::FieldIndex* index) {
  State& s = scratch_.state();
  s.upstream_index = index;
  if (index == nullptr) {
    s.own_upstream_index.build(head.fields);
    s.upstream_index = &s.own_upstream_index;
  }
  if (head.status == 101 && !accepts_upgrade(s, head)) {
    return after_failed_try(s, AttemptError::garbage, now);
  }
  s.balancers->saw_status(s.peer, head.status, now.steady);
  make_relayed_head(s, head, now);
  s.disposition = Disposition::passed;
  return Relay{&s.answer};
}

Step Exchange::refuse(std::uint16_t status, Instant now) {
  return answer_refusal(scratch_.state(), status, now);
}

std::span<const limit::Charge> Exchange::on_end(Instant) {
  State& s = scratch_.state();
  release_peer(s);
  return s.end_charges;
}

Disposition Exchange::disposition() const {
  return scratch_.state().disposition;
}

const model::Route* Exchange::route() const {
  const State& s = scratch_.state();
  return s.route == nullptr ? nullptr : s.route->model;
}

const model::Consumer* Exchange::consumer() const {
  const State& s = scratch_.state();
  return s.consumer ? &s.snapshot->config.consumers[*s.consumer] : nullptr;
}

const model::Service* Exchange::service() const {
  const State& s = scratch_.state();
  return s.service == nullptr ? nullptr : s.service->model;
}

std::string_view Exchange::request_id() const {
  return scratch_.state().request_id;
}

std::string_view Exchange::credential_id() const {
  const State& s = scratch_.state();
  return s.credential == nullptr ? std::string_view{} : std::string_view(s.credential->id_text);
}

std::string_view Exchange::client_ip() const {
  return scratch_.state().client_ip;
}

const IpAddress& Exchange::client() const {
  return scratch_.state().client.ip;
}

const Store* Exchange::end_store() const {
  return scratch_.state().end_store;
}

unsigned Exchange::attempts() const {
  return scratch_.state().attempts;
}

}  // namespace gw::gateway
