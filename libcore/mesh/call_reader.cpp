#include "mesh/call_reader.h"

#include <algorithm>
#include <array>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/percent.h"
#include "base/text.h"
#include "http/uri.h"
#include "mesh/go_values.h"
#include "mesh/key_values.h"
#include "mesh/state.h"

namespace gw::mesh {
namespace {

constexpr std::chrono::minutes kDefaultWait{5};
constexpr std::chrono::minutes kLongestWait{10};

using Verdict = std::optional<Reply>;  // nullopt: go on

bool begins_with_any(std::string_view path, std::span<const std::string_view> prefixes) {
  return std::ranges::any_of(prefixes, [&](std::string_view p) { return path.starts_with(p); });
}

// As Go before 1.17, ';' separates too. False: a malformed escape.
bool read_query(std::string_view query, Call& call) {
  bool well_formed = true;
  while (!query.empty()) {
    const std::size_t end = std::min(query.find_first_of("&;"), query.size());
    const std::string_view pair = query.substr(0, end);
    query.remove_prefix(std::min(end + 1, query.size()));
    if (pair.empty()) continue;
    const std::size_t equals = std::min(pair.find('='), pair.size());
    auto name = unescape(pair.substr(0, equals), true);
    auto value = unescape(pair.substr(std::min(equals + 1, pair.size())), true);
    well_formed = well_formed && name && value;
    if (name && value) call.query.emplace_back(std::move(*name), std::move(*value));
  }
  return well_formed;
}

// Consul looks at no path with any other. Controls are U+0000 to U+001F and U+007F to U+009F; a
// space that does not break is none that Go prints.
bool is_printable(std::string_view path) {
  for (std::size_t i = 0; i < path.size(); ++i) {
    const auto octet = static_cast<unsigned char>(path[i]);
    if (octet < 0x20 || octet == 0x7F) return false;
    if (octet != 0xC2 || i + 1 == path.size()) continue;
    const auto next = static_cast<unsigned char>(path[i + 1]);
    if (next >= 0x80 && next <= 0xA0) return false;
  }
  return true;
}

std::string read_token(const Call& call, std::span<const http::Field> fields) {
  if (const std::string_view token = call.get("token"); !token.empty()) return std::string(token);
  if (const auto token = http::find(fields, "X-Consul-Token"); token && !token->empty()) {
    return std::string(*token);
  }
  const std::string_view authorization = http::find(fields, "Authorization").value_or("");
  const std::size_t space = authorization.find(' ');
  if (space == std::string_view::npos || !iequals(authorization.substr(0, space), "Bearer")) {
    return {};
  }
  const std::string_view rest = trim_ows(authorization.substr(space));
  return std::string(rest.substr(0, rest.find(' ')));
}

Reply moved(std::string_view path, std::string_view query) {
  std::string target;
  for (const char c : path) target += c == '/' ? "/" : percent_encode({&c, 1});
  if (!query.empty()) target += fmt::format("?{}", query);
  Reply reply{.status = 301, .content_type = "text/html; charset=utf-8"};
  std::string shown;
  for (const char c : target) shown += c == '&' ? "&amp;" : std::string(1, c);
  reply.body = fmt::format("<a href=\"{}\">Moved Permanently</a>.\n\n", shown);
  reply.fields.emplace_back("Location", std::move(target));
  return reply;
}

// Where Go's multiplexer sends a client instead.
Verdict redirect(const Call& call, std::string_view query, const Endpoints& endpoints) {
  std::string clean = clean_path(call.path);
  if (clean == "/" || clean == "/ui") return moved("/ui/", query);
  const Endpoint* const found = endpoints.find(clean);
  const std::string folder = clean + "/";
  const Endpoint* const below = endpoints.find(folder);
  const bool exact = found != nullptr && found->prefix == clean;
  if (!exact && below != nullptr && below->prefix == folder) return moved(folder, query);
  if (clean != call.path) return moved(clean, query);
  return std::nullopt;
}

Reply not_found() {
  return {.status = 404, .content_type = ""};
}

Reply with_vary(Reply reply) {
  reply.fields.emplace_back("Vary", "Accept-Encoding");
  return reply;
}

Verdict check_method(const Call& call, const Endpoint& endpoint) {
  const bool is_options = call.method == "OPTIONS";
  const bool known = std::ranges::find(endpoint.methods, call.method) != endpoint.methods.end();
  if (known && !is_options) return std::nullopt;
  Reply reply = is_options ? Reply{.content_type = ""}
                           : refuse(405, fmt::format("method {} not allowed", call.method));
  reply.fields.emplace_back("Allow", "OPTIONS," + join(endpoint.methods, ","));
  return reply;
}

// Endpoints that know name spaces refuse them: only the enterprise edition has any.
Verdict check_namespace(const Call& call) {
  static constexpr std::array<std::string_view, 13> kThatKnowThem{"/v1/kv/",
                                                                  "/v1/catalog/register",
                                                                  "/v1/catalog/deregister",
                                                                  "/v1/catalog/node/",
                                                                  "/v1/catalog/service",
                                                                  "/v1/catalog/connect/",
                                                                  "/v1/health/",
                                                                  "/v1/agent/service",
                                                                  "/v1/agent/check",
                                                                  "/v1/agent/health/",
                                                                  "/v1/session/",
                                                                  "/v1/agent/connect/authorize",
                                                                  "/v1/agent/connect/ca/leaf/"};
  if (!call.has("ns") || !begins_with_any(call.path, kThatKnowThem)) return std::nullopt;
  return refuse(400,
                "Bad request: Invalid query parameter: \"ns\" - Namespaces are a Consul "
                "Enterprise feature");
}

Verdict check_consistency(const Call& call) {
  if (call.has("stale") && call.has("consistent")) {
    return refuse(400, "Cannot specify ?stale with ?consistent, conflicting semantics.");
  }
  if (call.has("cached") && call.has("consistent")) {
    return refuse(400, "Cannot specify ?cached with ?consistent, conflicting semantics.");
  }
  const std::string_view stale = call.get("max_stale");
  if (!stale.empty() && !parse_go_duration(stale)) {
    return refuse(400, fmt::format("Invalid max_stale value {}", go_quote(stale)));
  }
  return std::nullopt;
}

Verdict read_wish(const Call& call, Wish& wish) {
  wish.wait = kDefaultWait;
  if (const std::string_view wait = call.get("wait"); !wait.empty()) {
    const auto span = parse_go_duration(wait);
    if (!span) return refuse(400, "Invalid wait time");
    if (span->count() > 0) wish.wait = std::chrono::ceil<std::chrono::microseconds>(*span);
  }
  wish.wait = std::min<std::chrono::microseconds>(wish.wait, kLongestWait);
  if (const std::string_view index = call.get("index"); !index.empty()) {
    const auto number = parse_uint(index);
    if (!number) return refuse(400, "Invalid index");
    wish.index = *number;
  }
  wish.hash = call.get("hash");
  return std::nullopt;
}

// Those that ask other data centers; the agent's own answer for themselves.
Verdict check_datacenter(const Call& call, const State& state) {
  const std::string_view dc = call.get("dc");
  const std::string_view path = call.path;
  const bool is_local = (path.starts_with("/v1/agent/") && !path.contains("/connect/ca/")) ||
                        path == "/v1/catalog/datacenters";
  if (dc.empty() || dc == state.settings.datacenter || is_local) return std::nullopt;
  Reply reply = refuse(500, "No path to datacenter");
  mark_failure(reply, call);
  return reply;
}

Verdict check_body(const Call& call) {
  if (!call.path.starts_with("/v1/kv/") || call.body.size() <= kMaxValueBytes) return std::nullopt;
  return refuse(413, fmt::format("Request body({} bytes) too large, max size: {} bytes. See "
                                 "https://www.consul.io/docs/agent/options.html#kv_max_value_size.",
                                 call.body.size(), kMaxValueBytes));
}

Verdict check(ReadCall& read, const State& state) {
  const Call& call = read.call;
  if (auto verdict = check_method(call, *read.endpoint)) return verdict;
  if (auto verdict = check_namespace(call)) return verdict;
  if (call.method == "GET" || call.path.starts_with("/v1/kv/")) {
    if (auto verdict = check_consistency(call)) return verdict;
    if (auto verdict = read_wish(call, read.wish)) return verdict;
  }
  if (auto verdict = check_body(call)) return verdict;
  if (auto verdict = check_datacenter(call, state)) return verdict;
  if (read.endpoint->checks_token && !state.acl.knows(call.token)) {
    Reply reply = refuse(403, "ACL not found");
    mark_failure(reply, call);
    return reply;
  }
  if (call.method != "GET") read.wish = {};
  read.call.waits = read.wish.index > 0;
  return std::nullopt;
}

}  // namespace

void mark_failure(Reply& reply, const Call& call) {
  static constexpr std::array<std::string_view, 3> kThatDo{"/v1/catalog/", "/v1/health/",
                                                           "/v1/session/"};
  const bool does = begins_with_any(call.path, kThatDo) || call.path == "/v1/connect/ca/roots" ||
                    call.path == "/v1/connect/intentions";
  const bool failed = reply.status == 500 || reply.status == 403;
  if (!does || !failed || call.method != "GET" || reply.index) return;
  reply.index = 1;
  reply.known_leader = false;
}

std::optional<std::string> unescape(std::string_view text, bool is_query) {
  std::string out;
  out.reserve(text.size());
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '+' && is_query) {
      out += ' ';
    } else if (text[i] != '%') {
      out += text[i];
    } else {
      const int high = i + 2 < text.size() ? hex_value(text[i + 1]) : -1;
      const int low = i + 2 < text.size() ? hex_value(text[i + 2]) : -1;
      if (high < 0 || low < 0) return std::nullopt;
      out += static_cast<char>(high * 16 + low);
      i += 2;
    }
  }
  return out;
}

std::string clean_path(std::string_view path) {
  std::vector<std::string_view> kept;
  for (const std::string_view part : split(path, '/')) {
    if (part == ".." && !kept.empty()) kept.pop_back();
    if (!part.empty() && part != "." && part != "..") kept.push_back(part);
  }
  std::string out;
  for (const std::string_view part : kept) {
    out += '/';
    out += part;
  }
  if (out.empty() || path.ends_with('/')) out += '/';
  return out;
}

std::variant<ReadCall, Reply> read_call(const net::HttpRequest& request, const Endpoints& endpoints,
                                        const State& state) {
  ReadCall read;
  Call& call = read.call;
  const http::TargetView target = http::split_target(request.target);
  auto path = unescape(target.path, false);
  if (!path) return refuse(400, "400 Bad Request");
  if (!is_printable(*path)) return Reply{.status = 400, .content_type = ""};
  call.method = request.method;
  call.path = std::move(*path);
  const bool well_formed = read_query(target.query, call);
  if (const auto verdict = redirect(call, target.query, endpoints)) return *verdict;
  read.endpoint = endpoints.find(call.path);
  if (read.endpoint == nullptr) return not_found();
  if (!well_formed) return with_vary({.status = 500, .content_type = ""});
  call.rest = call.path.substr(read.endpoint->prefix.size());
  call.token = read_token(call, request.fields);
  call.body = request.body;
  call.now = state.loop.now();
  if (auto verdict = check(read, state)) return with_vary(std::move(*verdict));
  return read;
}

}  // namespace gw::mesh
