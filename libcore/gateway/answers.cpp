#include "gateway/answers.h"

#include "gateway/answer_head.h"

namespace gw::gateway {
namespace {

using http::Known;
using State = Scratch::State;

Step respond(State& s, std::string_view body) {
  return Respond{&s.answer, body};
}

}  // namespace

Step answer_error(State& s, ErrorSource source, std::uint16_t status, std::string_view message,
                  Instant now, bool proxied) {
  const ErrorBody error = error_body({source, status, message, s.header(Known::accept),
                                      s.header(Known::content_type), s.request_id},
                                     s.traits(), s.snapshot->settings, s.arena);
  make_own_head(s, status, error.content_type, proxied, now);
  s.disposition = status < 500 ? Disposition::denied : Disposition::failed;
  return respond(s, error.body);
}

// The server core speaks before Kong's router does.
Step answer_early(State& s, std::uint16_t status, std::string_view message, Instant now) {
  if (!message.empty()) return answer_error(s, ErrorSource::server, status, message, now);
  make_own_head(s, status, "text/html; charset=UTF-8", false, now);
  s.disposition = status < 500 ? Disposition::denied : Disposition::failed;
  return respond(s, server_page(status, s.arena));
}

Step answer_redirect(State& s, std::uint16_t status) {
  std::string_view host =
      s.client.trusted_peer ? s.header(Known::x_forwarded_host).value_or("") : "";
  if (host.empty()) host = s.header(Known::host).value_or("");
  const auto colon = host.ends_with(']') ? std::string_view::npos : host.rfind(':');
  const std::string_view location =
      s.arena.concat(std::string_view("https://"), host.substr(0, colon), s.request->head.target);
  make_own_head(s, status, "text/html", false, s.arrived);
  s.add_answer("Location", location, "the route wants https");
  s.disposition = Disposition::denied;
  return respond(s, server_page(status, s.arena));
}

Step answer_outcome(State& s, const Outcome& outcome) {
  const bool crash = outcome.kind == Outcome::Kind::crash;
  Step step = answer_error(s, crash ? ErrorSource::core : ErrorSource::plugin, outcome.status,
                           outcome.message, s.arrived);
  if (!outcome.challenge.empty()) {
    s.add_answer("WWW-Authenticate", outcome.challenge, "key-auth refused");
  }
  return step;
}

}  // namespace gw::gateway
