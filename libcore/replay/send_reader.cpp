#include "replay/send_reader.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "replay/json.h"
#include "replay/send.h"

namespace gw::replay {
namespace {

using config::Kind;
using config::Node;

// A request while it is read: the client's defaults are applied when all of it is known.
struct RequestDraft {
  Request out;
  std::optional<std::string> host;
  std::optional<IpAddress> ip;
  std::vector<FieldLines> headers;
  std::string content_type;  // of json and form bodies
};

std::optional<IpAddress> read_ip(Reader& reader, const Place& at) {
  const auto text = read_text(reader, at);
  if (!text) return std::nullopt;
  const auto ip = IpAddress::parse(*text);
  if (!ip) {
    reader.report(Fault::bad_value, at, fmt::format("'{}' is not an IP address", printable(*text)),
                  "an address such as 192.0.2.10 or 2001:db8::1");
  }
  return ip;
}

std::optional<std::string> read_field_value(Reader& reader, const Place& at) {
  auto text = read_sent_text(reader, at);
  if (text && !is_field_value(*text)) {
    reader.report(Fault::bad_value, at, "a header field's value is one line",
                  "text without CR, LF");
    return std::nullopt;
  }
  return text;
}

std::string percent_encoded(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (is_alnum(c) || std::string_view("*-._").find(c) != std::string_view::npos) {
      out += c;
    } else if (c == ' ') {
      out += '+';
    } else {
      out += fmt::format("%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return out;
}

void add_form_field(Reader& reader, const Place& at, std::string_view name, std::string& out) {
  if (at.node.is(Kind::sequence)) {
    for (std::size_t i = 0; i < at.node.items.size(); ++i) {
      add_form_field(reader, at.item(i), name, out);
    }
    return;
  }
  const auto text = read_sent_text(reader, at);
  if (!text) return;
  if (!out.empty()) out += '&';
  out += fmt::format("{}={}", percent_encoded(name), percent_encoded(*text));
}

// One body a request; `kind` is what this key makes of it.
bool takes_body(Reader& reader, const Place& at, BodyKind kind, RequestDraft& draft) {
  if (draft.out.body_kind != BodyKind::none) {
    reader.report(Fault::conflict, at, "a request has one body", "one of body, json, form");
    return false;
  }
  draft.out.body_kind = kind;
  return true;
}

void read_method(Reader& reader, const Place& at, RequestDraft& draft) {
  const auto text = read_text(reader, at);
  if (!text) return;
  draft.out.method = *text;
  if (!is_token(*text)) {
    reader.report(Fault::bad_value, at, "this cannot be a method", "a word such as GET");
  }
}

void read_path(Reader& reader, const Place& at, RequestDraft& draft) {
  const auto text = read_text(reader, at);
  if (!text) return;
  draft.out.target = *text;
  if (const auto fault = fault_of_target(*text); !fault.empty()) {
    reader.report(Fault::bad_value, at, std::string(fault),
                  "a path with its query, such as /a?b=1");
  }
}

void read_body(Reader& reader, const Place& at, RequestDraft& draft) {
  if (!takes_body(reader, at, BodyKind::text, draft)) return;
  draft.out.body = read_sent_text(reader, at).value_or("");
}

void read_json(Reader& reader, const Place& at, RequestDraft& draft) {
  if (!takes_body(reader, at, BodyKind::json, draft)) return;
  draft.out.body = write_json(at.node);
  draft.content_type = "application/json";
}

void read_form(Reader& reader, const Place& at, RequestDraft& draft) {
  if (!takes_body(reader, at, BodyKind::form, draft) || !is_mapping(reader, at)) return;
  for (const config::Member& member : at.node.members) {
    add_form_field(reader, at.member(member), member.key, draft.out.body);
  }
  draft.content_type = "application/x-www-form-urlencoded";
}

constexpr std::array kSchemes{Word<gateway::Scheme>{"http", gateway::Scheme::http},
                              Word<gateway::Scheme>{"https", gateway::Scheme::https}};

constexpr std::array<Key<RequestDraft>, 11> kRequestKeys{{
    {"method", read_method},
    {"path", read_path},
    {"host",
     [](Reader& r, const Place& at, RequestDraft& out) { out.host = read_field_value(r, at); }},
    {"ip", [](Reader& r, const Place& at, RequestDraft& out) { out.ip = read_ip(r, at); }},
    {"scheme",
     [](Reader& r, const Place& at, RequestDraft& out) {
       if (const auto scheme = read_choice(r, at, kSchemes)) out.out.scheme = *scheme;
     }},
    {"sni", [](Reader& r, const Place& at, RequestDraft& out) { out.out.sni = read_text(r, at); }},
    {"headers",
     [](Reader& r, const Place& at, RequestDraft& out) { out.headers = read_field_lines(r, at); }},
    {"body", read_body},
    {"json", read_json},
    {"form", read_form},
    {"apikey", [](Reader& r, const Place& at,
                  RequestDraft& out) { out.out.apikey = read_field_value(r, at); }},
}};
static_assert(std::ranges::equal(kRequestKeys, kRequestKeyNames, {}, &Key<RequestDraft>::name));

constexpr std::array<Key<Client>, 3> kClientKeys{{
    {"ip",
     [](Reader& r, const Place& at, Client& out) { out.ip = read_ip(r, at).value_or(out.ip); }},
    {"host", [](Reader& r, const Place& at,
                Client& out) { out.host = read_field_value(r, at).value_or(out.host); }},
    {"headers",
     [](Reader& r, const Place& at, Client& out) { out.headers = read_field_lines(r, at); }},
}};

// Replaces what there is of each name. Host stays first, where clients send it.
void set_lines(std::vector<Field>& fields, const std::vector<FieldLines>& changes) {
  for (const auto& [name, values] : changes) {
    std::erase_if(fields, [&name](const Field& field) { return iequals(field.name, name); });
    if (!values) continue;
    std::vector<Field> lines;
    for (const std::string& value : *values) lines.push_back({name, value});
    fields.insert(iequals(name, "Host") ? fields.begin() : fields.end(), lines.begin(),
                  lines.end());
  }
}

Request finish(RequestDraft draft, const Client& client) {
  Request& out = draft.out;
  out.host = draft.host.value_or(client.host);
  out.ip = draft.ip.value_or(client.ip);
  out.fields.push_back({"Host", out.host});
  set_lines(out.fields, client.headers);
  if (draft.host) set_lines(out.fields, {{"Host", std::vector{out.host}}});
  if (!draft.content_type.empty()) {
    set_lines(out.fields, {{"Content-Type", std::vector{draft.content_type}}});
  }
  set_lines(out.fields, draft.headers);
  return std::move(out);
}

void read_line(Reader& reader, const Place& send, RequestDraft& draft) {
  auto line = parse_request_line(send.node.text);
  if (!line) {
    return reader.report(Fault::bad_value, send, line.error().message,
                         "METHOD TARGET, or a mapping with method and path");
  }
  draft.out.method = std::move(line->method);
  draft.out.target = std::move(line->target);
}

// A key may stand in `send` or beside it, not in both; METHOD TARGET has said method and path.
void check_said_once(Reader& reader, const Place& holder, const Node& send) {
  for (const config::Member& member : holder.node.members) {
    if (std::ranges::find(kRequestKeyNames, member.key) == kRequestKeyNames.end()) continue;
    const bool in_line = send.is(Kind::string) && (member.key == "method" || member.key == "path");
    if (!in_line && send.find(member.key) == nullptr) continue;
    reader.report(Fault::conflict, member.key_where, holder.member(member).path,
                  fmt::format("\"send\" says the {} already", member.key), "it is said once");
  }
}

}  // namespace

std::vector<FieldLines> read_field_lines(Reader& reader, const Place& at) {
  std::vector<FieldLines> out;
  if (!is_mapping(reader, at)) return out;
  for (const config::Member& member : at.node.members) {
    const Place value = at.member(member);
    if (!is_token(member.key)) {
      reader.report(Fault::bad_value, member.key_where, value.path,
                    "this cannot be the name of a header field", "letters, digits and -_.");
      continue;
    }
    FieldLines lines{member.key, std::nullopt};
    if (!member.value.is(Kind::null)) lines.second.emplace();
    const bool list = member.value.is(Kind::sequence);
    for (std::size_t i = 0; lines.second && i < (list ? member.value.items.size() : 1); ++i) {
      if (auto text = read_field_value(reader, list ? value.item(i) : value)) {
        lines.second->push_back(std::move(*text));
      }
    }
    out.push_back(std::move(lines));
  }
  return out;
}

Client read_client(Reader& reader, const Place& at) {
  Client out;
  read_keys(reader, at, kClientKeys, "\"client\"", out);
  return out;
}

std::optional<Request> read_request(Reader& reader, const Place& holder, const Client& client) {
  const config::Member* send = holder.node.member("send");
  if (send == nullptr) {
    report_missing(reader, holder, "send");
    return std::nullopt;
  }
  const std::size_t before = reader.errors();
  RequestDraft draft;
  draft.out.where = send->key_where;
  const Place at = holder.member(*send);
  if (send->value.is(Kind::string)) {
    read_line(reader, at, draft);
  } else if (!send->value.is(Kind::mapping)) {
    reader.wrong_type(at, "METHOD TARGET or a mapping");
  } else {
    read_keys(reader, at, kRequestKeys, "a request", draft);
    if (send->value.find("path") == nullptr && holder.node.find("path") == nullptr) {
      report_missing(reader, at, "path");
    }
  }
  check_said_once(reader, holder, send->value);
  if (reader.errors() == before) read_known_keys(reader, holder, kRequestKeys, draft);
  if (reader.errors() != before) return std::nullopt;
  return finish(std::move(draft), client);
}

}  // namespace gw::replay
