#include "gateway/answer_head.h"

#include <algorithm>
#include <array>
#include <chrono>

#include "base/text.h"
#include "base/time.h"

namespace gw::gateway {
namespace {

using http::Known;

// Hop-by-hop and framing fields, and those that the gateway writes itself.
constexpr std::array kDropped{Known::connection,
                              Known::content_length,
                              Known::keep_alive,
                              Known::proxy_connection,
                              Known::transfer_encoding,
                              Known::upgrade,
                              Known::via,
                              Known::x_kong_proxy_latency,
                              Known::x_kong_upstream_latency};

constexpr auto kIsDropped = [] {
  std::array<bool, http::kKnownCount> table{};
  for (const Known name : kDropped) table[static_cast<std::size_t>(name)] = true;
  return table;
}();

// nginx's `charset_types`, to which Kong's template adds a charset.
constexpr std::array<std::string_view, 6> kCharsetTypes{
    "text/html",           "text/plain",      "text/xml", "application/javascript",
    "application/rss+xml", "text/vnd.wap.wml"};

constexpr std::string_view kWebSocket = "websocket";

bool contains(std::span<const std::string_view> names, std::string_view name) {
  return std::ranges::any_of(names, [&](std::string_view n) { return iequals(n, name); });
}

std::string_view milliseconds(Scratch::State& s, SteadyTime from, SteadyTime to) {
  const auto ms = std::chrono::duration_cast<std::chrono::milliseconds>(to - from).count();
  char* const out = s.arena.room(20);
  return format_uint(static_cast<std::uint64_t>(std::max<std::int64_t>(ms, 0)), {out, 20});
}

void add_date(Scratch::State& s, Instant now) {
  const WallSeconds second = whole_seconds(now.wall);
  if (s.date_text.empty() || second != s.date_second) {
    s.date_text = format_http_date(second);
    s.date_second = second;
  }
  s.add_answer("Date", s.date_text, "the gateway's clock");
}

void add_limit_fields(Scratch::State& s) {
  for (const http::Field& field : s.limit_fields) {
    s.add_answer(field.name, field.value, "the rate-limit plugin's counters");
  }
}

void add_debug_fields(Scratch::State& s) {
  if (s.route == nullptr) return;
  if (s.traits().debug_header_by_setting && !s.snapshot->settings.allow_debug_header) return;
  if (s.header(Known::kong_debug).value_or("").empty()) return;
  const auto add = [&](std::string_view name, std::string_view value) {
    if (!value.empty()) s.add_answer(name, value, "the request has Kong-Debug");
  };
  add("Kong-Route-Id", text_of(s.route->model->id, s.arena));
  add("Kong-Route-Name", s.route->model->name);
  if (s.service == nullptr) return;
  add("Kong-Service-Id", text_of(s.service->model->id, s.arena));
  add("Kong-Service-Name", s.service->model->name);
}

void add_request_id(Scratch::State& s) {
  if (!s.request_id.empty() && s.snapshot->settings.headers.request_id) {
    s.add_answer("X-Kong-Request-Id", s.request_id, "made for this request");
  }
}

void add_proxied_fields(Scratch::State& s, std::string_view upstream_via, Instant now) {
  const HeaderTokens& tokens = s.snapshot->settings.headers;
  const SteadyTime dialing = s.dialing.value_or(s.arrived.steady);
  if (!s.new_cookie.empty()) {
    s.add_answer("Set-Cookie", s.new_cookie, "the client is hashed by it from now on");
  }
  if (tokens.upstream_latency) {
    s.add_answer("X-Kong-Upstream-Latency", milliseconds(s, dialing, now.steady),
                 "from the first try to the answer's head");
  }
  if (tokens.proxy_latency) {
    s.add_answer("X-Kong-Proxy-Latency", milliseconds(s, s.arrived.steady, dialing),
                 "from the request's arrival to the first try");
  }
  if (!tokens.via) {
    if (!upstream_via.empty()) s.add_answer("Via", upstream_via, "the upstream's");
    return;
  }
  std::string_view via = s.snapshot->server_name;
  if (s.traits().via_appends) {
    via = s.arena.concat(std::string_view("1.1 "), via);
    if (!upstream_via.empty()) via = s.arena.concat(upstream_via, std::string_view(", "), via);
  }
  s.add_answer("Via", via, "an upstream was tried");
}

std::string_view with_charset(Scratch::State& s, std::string_view content_type) {
  const std::string_view type = trim_ows(content_type.substr(0, content_type.find(';')));
  if (!contains(kCharsetTypes, type)) return content_type;
  const bool has_charset = lower(content_type).find("charset=") != std::string::npos;
  return has_charset ? content_type
                     : s.arena.concat(content_type, std::string_view("; charset=UTF-8"));
}

bool is_nominated(const Scratch::State& s, std::span<const http::Field> fields,
                  std::string_view name) {
  for (std::size_t i = 0; i < fields.size(); ++i) {
    if (s.upstream_index->known(i) != Known::connection) continue;
    if (iequals(fields[i].value, "keep-alive") || iequals(fields[i].value, "close")) continue;
    for (const auto option : split_list(fields[i].value)) {
      if (iequals(option, name)) return true;
    }
  }
  return false;
}

// Whether field number `i` of the upstream's goes to the client.
bool is_relayed(const Scratch::State& s, std::span<const http::Field> fields, std::size_t i) {
  const Traits& traits = s.traits();
  const Known known = s.upstream_index->known(i);
  if (kIsDropped[static_cast<std::size_t>(known)]) return false;
  if (known == Known::proxy_authenticate && traits.removes_proxy_authenticate) return false;
  if (known == Known::x_kong_request_id && !s.request_id.empty()) return false;
  if (known == Known::trailer && !s.header(Known::te)) return false;
  if (traits.limit_headers_replace && std::ranges::any_of(s.limit_fields, [&](const auto& own) {
        return iequals(own.name, fields[i].name);
      })) {
    return false;
  }
  const bool nominations = s.upstream_index->first(Known::connection) != http::FieldIndex::kNone;
  return !nominations || !is_nominated(s, fields, fields[i].name);
}

// The upstream's Via lines as one.
std::string_view upstream_via(Scratch::State& s, std::span<const http::Field> fields) {
  std::string_view via;
  for (std::size_t i = s.upstream_index->first(Known::via); i < fields.size(); ++i) {
    if (s.upstream_index->known(i) != Known::via) continue;
    via = via.empty() ? fields[i].value
                      : s.arena.concat(via, std::string_view(", "), fields[i].value);
  }
  return via;
}

}  // namespace

bool accepts_upgrade(const Scratch::State& s, const http::ResponseHeadView& head) {
  const std::size_t i = s.upstream_index->first(Known::upgrade);
  return s.request->offers_websocket && i != http::FieldIndex::kNone &&
         iequals(head.fields[i].value, kWebSocket);
}

void make_own_head(Scratch::State& s, std::uint16_t status, std::string_view content_type,
                   bool proxied, Instant now) {
  const HeaderTokens& tokens = s.snapshot->settings.headers;
  s.answer.status = status;
  s.answer.fields.clear();
  if (s.trace != nullptr) s.trace->headers.clear();
  add_date(s, now);
  s.add_answer("Content-Type", content_type, "the form of error that Accept asks for");
  add_limit_fields(s);
  if (proxied) {
    add_proxied_fields(s, {}, now);
  } else if (tokens.response_latency) {
    s.add_answer("X-Kong-Response-Latency", milliseconds(s, s.arrived.steady, now.steady),
                 "from the request's arrival to this answer");
  }
  if (tokens.server && (!proxied || s.traits().server_on_server_errors)) {
    s.add_answer("Server", s.snapshot->server_name, "the gateway made this answer");
  }
  add_debug_fields(s);
  add_request_id(s);
}

void make_relayed_head(Scratch::State& s, const http::ResponseHeadView& head, Instant now) {
  s.answer.status = head.status;
  s.answer.fields.clear();
  if (s.trace != nullptr) s.trace->headers.clear();
  const auto has = [&](Known name) {
    return s.upstream_index->first(name) != http::FieldIndex::kNone;
  };
  if (!has(Known::date)) add_date(s, now);  // RFC 9110 section 6.6.1: a recipient with a clock
  add_limit_fields(s);                      // before the upstream's own, as Kong has them
  for (std::size_t i = 0; i < head.fields.size(); ++i) {
    if (!is_relayed(s, head.fields, i)) continue;
    const http::Field& field = head.fields[i];
    const bool typed = s.upstream_index->known(i) == Known::content_type;
    s.add_answer(field.name, typed ? with_charset(s, field.value) : field.value, "the upstream's");
  }
  if (!has(Known::server) && s.traits().server_on_proxied && s.snapshot->settings.headers.server) {
    s.add_answer("Server", s.snapshot->server_name, "the upstream sent none");
  }
  if (head.status == 101) s.add_answer("Upgrade", kWebSocket, "the upstream agreed");
  add_proxied_fields(s, upstream_via(s, head.fields), now);
  add_debug_fields(s);
  add_request_id(s);
}

}  // namespace gw::gateway
