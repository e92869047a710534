#include "gateway/attempts.h"

#include <chrono>

#include "gateway/answers.h"
#include "gateway/balancer.h"
#include "gateway/request_hash.h"
#include "gateway/upstream_head.h"

namespace gw::gateway {
namespace {

using State = Scratch::State;

// nginx's rule: a request that may have been acted on is sent again only when that changes nothing.
bool is_idempotent(std::string_view method) {
  return method != "POST" && method != "LOCK" && method != "PATCH";
}

std::optional<Target> pick_target(State& s) {
  const CompiledService& service = *s.service;
  if (service.upstream == nullptr) return Target{service.model->host, service.model->port, 0};
  if (service.upstream->algorithm == model::Algorithm::consistent_hashing && s.tried.empty()) {
    s.hash = request_hash(s, *service.upstream);
  }
  const CompiledUpstream& upstream = s.snapshot->upstreams[*service.balanced];
  const auto picked = s.balancers->pick(upstream, s.tried, s.hash);
  if (!picked) return std::nullopt;
  s.tried.push_back(picked->index);
  s.peer = picked->ref;
  s.balancers->begun(s.peer);
  const model::Target& target = service.upstream->targets[picked->index];
  return Target{target.host, target.port, picked->index};
}

Step answer_no_peer(State& s, Instant now) {
  return answer_error(s, ErrorSource::core, 503, "failure to get a peer from the ring-balancer",
                      now);
}

Step next_try(State& s, Instant now) {
  const auto target = pick_target(s);
  if (!target) return answer_no_peer(s, now);
  const model::Service& service = *s.service->model;
  const std::string_view host = upstream_host(s, *target);
  make_upstream_head(s, host);
  ++s.attempts;
  using std::chrono::milliseconds;
  return Try{
      .target = *target,
      .tls = s.service->tls,
      .sni = host.substr(0, host.ends_with(']') ? std::string_view::npos : host.rfind(':')),
      .timeouts = {milliseconds(service.connect_timeout_ms), milliseconds(service.write_timeout_ms),
                   milliseconds(service.read_timeout_ms)},
      .service = &service,
      .head = &s.upstream_head,
      .body = s.has_new_body ? &s.new_body : nullptr,
      .upgrade = s.request->offers_websocket,
      .upstream = s.service->upstream};
}

bool may_try_again(const State& s, AttemptError error) {
  if (s.body_consumed || s.attempts > s.service->model->retries + s.unresolved) return false;
  switch (error) {
    case AttemptError::refused:
    case AttemptError::connect_timeout:
    case AttemptError::tls:
      return true;
    case AttemptError::reset:
    case AttemptError::read_timeout:
    case AttemptError::write_timeout:
    case AttemptError::closed_while_sending:
      return is_idempotent(s.request->head.method);
    case AttemptError::name_unknown:
    case AttemptError::name_failure:
    case AttemptError::garbage:
      break;
  }
  return false;
}

bool is_timeout(AttemptError error) {
  return error == AttemptError::connect_timeout || error == AttemptError::read_timeout ||
         error == AttemptError::write_timeout;
}

bool is_name_error(AttemptError error) {
  return error == AttemptError::name_unknown || error == AttemptError::name_failure;
}

void report(State& s, AttemptError error, Instant now) {
  if (is_name_error(error)) return s.balancers->saw_no_address(s.peer);
  s.balancers->saw_failure(s.peer, is_timeout(error) ? Report::timeout : Report::tcp_failure,
                           now.steady);
}

// Kong keeps targets without an address out of its ring: the others are tried at no retry's cost.
Step after_name_error(State& s, Instant now) {
  ++s.unresolved;
  const bool more = s.unresolved < s.service->upstream->targets.size();
  return more && !s.body_consumed ? next_try(s, now) : answer_no_peer(s, now);
}

Step answer_name_error(State& s, AttemptError error, Instant now) {
  if (error == AttemptError::name_unknown) {
    return answer_error(s, ErrorSource::core, 503, "name resolution failed", now);
  }
  if (!s.traits().dns_failure_is_formatted) {
    return answer_error(s, ErrorSource::core, 500, kUnexpectedError, now);
  }
  const std::string_view message = s.arena.concat(
      std::string_view("failed the initial dns/balancer resolve for '"), s.service->model->host,
      std::string_view("' with: dns server error: 2 server failure"));
  return answer_error(s, ErrorSource::core, 500, message, now);
}

}  // namespace

void release_peer(State& s) {
  s.balancers->ended(s.peer);
  s.peer = {};
}

Step begin_proxying(State& s) {
  if (s.service == nullptr) {
    return answer_error(s, ErrorSource::core, 503, "no Service found with those values", s.arrived);
  }
  return next_try(s, s.arrived);
}

Step after_failed_try(State& s, AttemptError error, Instant now) {
  report(s, error, now);
  release_peer(s);
  if (is_name_error(error)) {
    return s.service->upstream != nullptr ? after_name_error(s, now)
                                          : answer_name_error(s, error, now);
  }
  if (may_try_again(s, error)) return next_try(s, now);
  const bool timed_out = is_timeout(error);
  return answer_error(s, ErrorSource::server, timed_out ? 504 : 502,
                      timed_out ? "The upstream server is timing out"
                                : "An invalid response was received from the upstream server",
                      now, true);
}

}  // namespace gw::gateway
