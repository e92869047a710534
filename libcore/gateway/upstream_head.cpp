#include "gateway/upstream_head.h"

#include <algorithm>
#include <array>

#include "base/text.h"
#include "gateway/path_rewrite.h"

namespace gw::gateway {
namespace {

using http::Known;

// Hop-by-hop, framing, or written anew below.
constexpr std::array kRewritten{Known::connection,
                                Known::content_length,
                                Known::expect,
                                Known::host,
                                Known::keep_alive,
                                Known::proxy,
                                Known::proxy_connection,
                                Known::te,
                                Known::transfer_encoding,
                                Known::upgrade,
                                Known::via,
                                Known::x_forwarded_for,
                                Known::x_forwarded_host,
                                Known::x_forwarded_path,
                                Known::x_forwarded_port,
                                Known::x_forwarded_prefix,
                                Known::x_forwarded_proto,
                                Known::x_real_ip};

constexpr auto kIsRewritten = [] {
  std::array<bool, http::kKnownCount> table{};
  for (const Known name : kRewritten) table[static_cast<std::size_t>(name)] = true;
  return table;
}();

constexpr std::array<std::string_view, 9> kForbiddenNominations{"Host",
                                                                "Content-Length",
                                                                "Transfer-Encoding",
                                                                "Authorization",
                                                                "X-Consumer-ID",
                                                                "X-Consumer-Username",
                                                                "X-Consumer-Custom-ID",
                                                                "X-Credential-Identifier",
                                                                "X-Anonymous-Consumer"};

bool contains(std::span<const std::string_view> names, std::string_view name) {
  return std::ranges::any_of(names, [&](std::string_view n) { return iequals(n, name); });
}

bool is_lone_connection_option(std::string_view value) {
  return iequals(value, "keep-alive") || iequals(value, "close") || iequals(value, "upgrade");
}

// The options of all Connection lines, unless a line's whole value is a standard one.
template <class Visit>
void each_nominated(const Scratch::State& s, Visit visit) {
  const auto& fields = s.request->head.fields;
  const std::size_t first = s.request_index->first(Known::connection);
  if (first == http::FieldIndex::kNone) return;
  for (std::size_t i = first; i < fields.size(); ++i) {
    if (s.request_index->known(i) != Known::connection) continue;
    std::string_view rest = fields[i].value;
    if (is_lone_connection_option(rest)) continue;
    while (!rest.empty()) {
      const auto comma = rest.find(',');
      visit(trim_ows(rest.substr(0, comma)));
      rest.remove_prefix(comma == std::string_view::npos ? rest.size() : comma + 1);
    }
  }
}

bool is_nominated(const Scratch::State& s, std::string_view name) {
  bool found = false;
  each_nominated(s, [&](std::string_view n) { found = found || iequals(n, name); });
  return found;
}

// Values of several lines as one list; nullopt when there is none.
std::optional<std::string_view> joined(Scratch::State& s, Known name) {
  const auto& fields = s.request->head.fields;
  const std::size_t first = s.request_index->first(name);
  if (first == http::FieldIndex::kNone) return std::nullopt;
  std::string_view all = fields[first].value;
  for (std::size_t i = first + 1; i < fields.size(); ++i) {
    if (s.request_index->known(i) != name) continue;
    all = s.arena.concat(all, std::string_view(", "), fields[i].value);
  }
  return all;
}

// Whether the client's field number `i` goes upstream as it is.
bool goes_on(const Scratch::State& s, std::size_t i, bool has_nominations) {
  const Known known = s.request_index->known(i);
  const std::string_view name = s.request->head.fields[i].name;
  if (kIsRewritten[static_cast<std::size_t>(known)]) return false;
  if (contains(s.removed_upstream, name)) return false;
  if (known == Known::proxy_authorization && !s.traits().keeps_proxy_authorization) return false;
  if (known == Known::x_kong_request_id && s.traits().request_id &&
      s.snapshot->settings.headers.request_id_upstream) {
    return false;
  }
  return !has_nominations || !is_nominated(s, name);
}

// nginx's $host: without port and trailing dot, in lower case.
std::string_view forwarded_host(Scratch::State& s) {
  std::string_view host = s.header(Known::host).value_or("");
  const auto bracket = host.find(']');
  const auto colon = host.find(':', bracket == std::string_view::npos ? 0 : bracket);
  host = host.substr(0, colon);
  if (host.ends_with('.')) host.remove_suffix(1);
  char* const out = s.arena.room(host.size());
  std::ranges::transform(host, out, to_lower);
  return {out, host.size()};
}

std::string_view number(Scratch::State& s, std::uint64_t value) {
  char* const out = s.arena.room(20);
  return format_uint(value, {out, 20});
}

std::uint16_t visible_port(const Scratch::State& s) {
  const auto& maps = s.snapshot->settings.port_maps;
  const auto mapped = maps.find(s.request->listener_port);
  return mapped == maps.end() ? s.request->listener_port : mapped->second;
}

void add_forwarded(Scratch::State& s) {
  const Traits& traits = s.traits();
  auto& fields = s.upstream_head.fields;
  // From a trusted peer its own word counts, else the gateway's.
  const auto add = [&](std::string_view name, Known known, auto own) {
    const auto incoming = s.client.trusted_peer ? s.header(known) : std::nullopt;
    const std::string_view value = incoming ? *incoming : std::string_view(own());
    if (!value.empty()) fields.push_back({name, value});
  };
  const auto for_list = joined(s, Known::x_forwarded_for);
  if (for_list) {
    char* const out = s.arena.room(IpAddress::kTextSize);
    const auto peer =
        s.request->peer.ip.write(std::span<char, IpAddress::kTextSize>(out, IpAddress::kTextSize));
    fields.push_back({"X-Forwarded-For", s.arena.concat(*for_list, std::string_view(", "), peer)});
  } else {
    fields.push_back({"X-Forwarded-For", s.client_ip});
  }
  add("X-Forwarded-Proto", Known::x_forwarded_proto,
      [&] { return s.request->scheme == Scheme::https ? "https" : "http"; });
  add("X-Forwarded-Host", Known::x_forwarded_host, [&] { return forwarded_host(s); });
  add("X-Forwarded-Port", Known::x_forwarded_port, [&] { return number(s, visible_port(s)); });
  if (traits.forwards_path)
    add("X-Forwarded-Path", Known::x_forwarded_path, [&] { return s.target.path; });
  if (traits.forwards_prefix) {
    add("X-Forwarded-Prefix", Known::x_forwarded_prefix, [&]() -> std::string_view {
      const bool stripped = s.route->model->strip_path && s.match.by_path;
      return stripped && s.match.matched != "/" ? s.match.matched : std::string_view{};
    });
  }
  fields.push_back({"X-Real-IP", s.client_ip});
}

void add_via(Scratch::State& s) {
  const auto incoming = joined(s, Known::via);
  if (!s.traits().via_appends) {
    if (incoming) s.upstream_head.fields.push_back({"Via", *incoming});
    return;
  }
  const std::string_view own = s.arena.concat(std::string_view("1.1 "), s.snapshot->server_name);
  s.upstream_head.fields.push_back(
      {"Via", incoming ? s.arena.concat(*incoming, std::string_view(", "), own) : own});
}

bool lists_trailers(std::string_view te) {
  for (const auto item : split_list(te)) {
    if (iequals(item, "trailers")) return true;
  }
  return false;
}

std::string_view upstream_target(Scratch::State& s) {
  const model::Route& route = *s.route->model;
  // Only the traditional flavour knows v1 (kong-behaviour.md 5.5).
  const auto handling = s.snapshot->flavor == RouterFlavor::traditional ? route.path_handling
                                                                        : model::PathHandling::v0;
  const std::string_view path = upstream_path(
      {handling, route.strip_path, s.service->path, s.path, s.match.matched, s.match.by_path},
      s.arena);
  const std::string_view escaped =
      s.traits().normalizes_request ? http::escape_path(path, s.arena) : path;
  if (!s.target.has_query) return escaped;
  const std::string_view query = s.query.value_or(s.target.query);
  const bool emptied = s.query && query.empty();
  if (emptied && !s.traits().keeps_empty_query) return escaped;
  return s.arena.concat(escaped, std::string_view("?"), query);
}

}  // namespace

bool nominates_forbidden_field(const Scratch::State& s) {
  bool forbidden = false;
  each_nominated(s, [&](std::string_view name) {
    forbidden = forbidden || contains(kForbiddenNominations, name);
  });
  return forbidden;
}

std::string_view upstream_host(Scratch::State& s, const Target& target) {
  if (s.route->model->preserve_host) return s.header(Known::host).value_or("");
  const model::Upstream* upstream = s.service->upstream;
  if (upstream == nullptr) return s.service->host_header;
  if (!upstream->host_header.empty()) return upstream->host_header;
  if (target.port == s.service->default_port) return target.host;
  return s.arena.concat(target.host, std::string_view(":"), number(s, target.port));
}

void make_upstream_head(Scratch::State& s, std::string_view host_header) {
  http::RequestHead& head = s.upstream_head;
  const auto& incoming = s.request->head;
  head.method = incoming.method;
  head.target = upstream_target(s);
  head.fields.clear();
  head.fields.push_back({"Host", host_header});
  add_forwarded(s);
  add_via(s);
  if (!s.request_id.empty() && s.snapshot->settings.headers.request_id_upstream) {
    head.fields.push_back({"X-Kong-Request-Id", s.request_id});
  }
  if (const auto te = s.header(Known::te); te && lists_trailers(*te)) {
    head.fields.push_back({"TE", "trailers"});
  }
  if (s.request->offers_websocket) head.fields.push_back({"Upgrade", "websocket"});
  bool has_nominations = false;
  each_nominated(s, [&](std::string_view) { has_nominations = true; });
  for (std::size_t i = 0; i < incoming.fields.size(); ++i) {
    if (goes_on(s, i, has_nominations)) head.fields.push_back(incoming.fields[i]);
  }
  head.fields.insert(head.fields.end(), s.set_upstream.begin(), s.set_upstream.end());
}

}  // namespace gw::gateway
