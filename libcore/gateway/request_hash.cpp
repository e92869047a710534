#include "gateway/request_hash.h"

#include <string_view>

#include "base/hash.h"
#include "base/text.h"
#include "base/uuid.h"
#include "http/arguments.h"

namespace gw::gateway {
namespace {

using model::HashOn;
using State = Scratch::State;
using Input = std::optional<std::string_view>;

Input consumer_id(const State& s) {
  if (s.consumer) return s.snapshot->consumer_ids[*s.consumer];
  if (s.credential != nullptr) return s.credential->id_text;
  return std::nullopt;
}

// The values of all lines together, as Kong joins them.
Input header(State& s, std::string_view name) {
  Input all;
  for (const http::Field& field : s.request->head.fields) {
    if (!iequals(field.name, name)) continue;
    all = all ? s.arena.concat(*all, field.value) : field.value;
  }
  return all;
}

// RFC 6265 section 4.2.1: "a=1; b=2".
Input find_cookie(const State& s, std::string_view name) {
  for (const http::Field& field : s.request->head.fields) {
    if (!iequals(field.name, "Cookie")) continue;
    std::string_view rest = field.value;
    while (!rest.empty()) {
      const auto end = rest.find(';');
      const std::string_view pair = trim_ows(rest.substr(0, end));
      if (pair.starts_with(name) && pair.substr(name.size()).starts_with('=')) {
        return pair.substr(name.size() + 1);
      }
      rest = end == std::string_view::npos ? std::string_view{} : rest.substr(end + 1);
    }
  }
  return std::nullopt;
}

Input cookie(State& s, std::string_view name, std::string_view path) {
  if (const Input sent = find_cookie(s, name)) return sent;
  const std::string_view id = text_of(Uuid::v4(*s.rng), s.arena);
  s.new_cookie = s.arena.concat(name, std::string_view("="), id, std::string_view("; Path="), path);
  return id;
}

Input query_argument(State& s, std::string_view name) {
  if (!s.target.has_query) return std::nullopt;
  const http::Argument argument = http::find_argument(s.target.query, name, s.arena);
  switch (argument.found) {
    case http::Argument::Found::absent:
      return std::nullopt;
    case http::Argument::Found::flag:
      return "true";
    case http::Argument::Found::value:
    case http::Argument::Found::several:
      break;
  }
  return argument.value;
}

Input capture(const State& s, const std::string& name) {
  return s.match.pattern == nullptr ? std::nullopt : s.match.pattern->capture(s.path, name);
}

Input read(State& s, const model::HashInput& input, const model::Upstream& upstream) {
  switch (input.on) {
    case HashOn::consumer:
      return consumer_id(s);
    case HashOn::ip:
      return s.client_ip;
    case HashOn::header:
      return header(s, input.name);
    case HashOn::cookie:
      return cookie(s, input.name, upstream.hash_on_cookie_path);
    case HashOn::path:
      return s.path;
    case HashOn::query_arg:
      return query_argument(s, input.name);
    case HashOn::uri_capture:
      return capture(s, input.name);
    case HashOn::none:
      break;
  }
  return std::nullopt;
}

}  // namespace

std::optional<std::uint64_t> request_hash(State& s, const model::Upstream& upstream) {
  Input input = read(s, upstream.hash, upstream);
  if (!input) input = read(s, upstream.hash_fallback, upstream);
  return input ? std::optional(hash64(*input)) : std::nullopt;
}

}  // namespace gw::gateway
