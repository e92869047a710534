#include "gateway/plugins/body_key.h"

#include <nlohmann/json.hpp>

#include "base/text.h"

namespace gw::gateway {
namespace {

using Json = nlohmann::ordered_json;

constexpr int kMaxJsonDepth = 64;

// The body as a JSON object; nullopt when it is no JSON, no object, or nested too deeply.
std::optional<Json> read_object(std::string_view body) {
  bool too_deep = false;
  const auto guard = [&](int depth, Json::parse_event_t, Json&) {
    too_deep = too_deep || depth > kMaxJsonDepth;
    return !too_deep;
  };
  Json json = Json::parse(body.begin(), body.end(), guard, /*allow_exceptions=*/false);
  if (too_deep || json.is_discarded() || !json.is_object()) return std::nullopt;
  return json;
}

http::Argument json_argument(const Json& object, std::string_view name, Arena& arena) {
  using Found = http::Argument::Found;
  const auto member = object.find(std::string(name));
  if (member == object.end()) return {};
  if (member->is_string()) return {Found::value, arena.copy(member->get_ref<const std::string&>())};
  if (member->is_array()) return {Found::several, {}};
  return {Found::flag, {}};
}

// One part of a multipart body (RFC 7578): its name, its content and where it stands.
struct Part {
  std::string_view name;
  std::string_view content;
  std::size_t begin = 0;  // of its delimiter line
  std::size_t end = 0;    // where the next delimiter line begins
};

std::string_view parameter(std::string_view header, std::string_view name) {
  for (std::string_view piece : split(header, ';')) {
    piece = trim_ows(piece);
    const auto equals = piece.find('=');
    if (equals == std::string_view::npos || !iequals(piece.substr(0, equals), name)) continue;
    std::string_view value = piece.substr(equals + 1);
    if (value.size() >= 2 && value.front() == '"' && value.back() == '"') {
      value = value.substr(1, value.size() - 2);
    }
    return value;
  }
  return {};
}

std::string_view part_name(std::string_view headers) {
  while (!headers.empty()) {
    const auto end = headers.find("\r\n");
    const std::string_view line = headers.substr(0, end);
    headers.remove_prefix(end == std::string_view::npos ? headers.size() : end + 2);
    const auto colon = line.find(':');
    if (colon != std::string_view::npos && iequals(line.substr(0, colon), "Content-Disposition")) {
      return parameter(line.substr(colon + 1), "name");
    }
  }
  return {};
}

// Calls visit(Part) for each part; false when the body is not multipart with this boundary.
template <class Visit>
bool each_part(std::string_view content_type, std::string_view body, Visit visit) {
  const std::string delimiter = "--" + std::string(parameter(content_type, "boundary"));
  if (delimiter.size() == 2 || !body.starts_with(delimiter)) return false;
  std::size_t at = 0;
  for (;;) {
    const std::size_t head = at + delimiter.size();
    if (body.substr(head).starts_with("--")) return true;
    if (!body.substr(head).starts_with("\r\n")) return false;
    const auto blank = body.find("\r\n\r\n", head);
    const auto next = body.find("\r\n" + delimiter, head);
    if (blank == std::string_view::npos || next == std::string_view::npos || blank > next) {
      return false;
    }
    const std::size_t content = blank + 4;
    const Part part{part_name(body.substr(head + 2, blank - head - 2)),
                    content <= next ? body.substr(content, next - content) : std::string_view{}, at,
                    next + 2};
    visit(part);
    at = next + 2;
  }
}

BodyKey find_in_multipart(std::string_view content_type, std::string_view body,
                          std::string_view name) {
  BodyKey key;
  // Of parts with one name the last survives (kong-behaviour.md 8.3).
  key.readable = each_part(content_type, body, [&](const Part& part) {
    if (part.name == name) key.argument = {http::Argument::Found::value, part.content};
  });
  return key;
}

std::optional<std::string> without_part(std::string_view content_type, std::string_view body,
                                        std::string_view name) {
  std::string out;
  std::size_t kept_to = 0;
  const bool readable = each_part(content_type, body, [&](const Part& part) {
    if (part.name != name) return;
    out += body.substr(kept_to, part.begin - kept_to);
    kept_to = part.end;
  });
  if (!readable) return std::nullopt;
  return out + std::string(body.substr(kept_to));
}

}  // namespace

BodyType body_type(std::string_view content_type) {
  const std::string type = lower(trim_ows(content_type.substr(0, content_type.find(';'))));
  if (type == "application/x-www-form-urlencoded") return BodyType::form;
  if (type == "application/json") return BodyType::json;
  return type == "multipart/form-data" ? BodyType::multipart : BodyType::other;
}

BodyKey find_body_key(std::string_view content_type, std::string_view body, std::string_view name,
                      Arena& arena) {
  switch (body_type(content_type)) {
    case BodyType::form:
      return {true, http::find_argument(body, name, arena)};
    case BodyType::json: {
      const auto object = read_object(body);
      if (!object) return {false, {}};
      return {true, json_argument(*object, name, arena)};
    }
    case BodyType::multipart:
      return find_in_multipart(content_type, body, name);
    case BodyType::other:
      break;
  }
  return {false, {}};
}

std::optional<std::string> without_body_key(std::string_view content_type, std::string_view body,
                                            std::string_view name, Arena& arena) {
  switch (body_type(content_type)) {
    case BodyType::form:
      return std::string(http::without_argument(body, name, arena));
    case BodyType::json: {
      auto object = read_object(body);
      if (!object) return std::nullopt;
      object->erase(std::string(name));
      return object->dump(-1, ' ', false, Json::error_handler_t::replace);
    }
    case BodyType::multipart:
      return without_part(content_type, body, name);
    case BodyType::other:
      break;
  }
  return std::nullopt;
}

}  // namespace gw::gateway
