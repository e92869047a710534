#include "replay/arriving_request.h"

#include <algorithm>
#include <array>
#include <iterator>

#include <fmt/format.h>

#include "base/text.h"
#include "gateway/probe.h"

namespace gw::replay {
namespace {

constexpr std::uint16_t kHttpPort = 8000;
constexpr std::uint16_t kHttpsPort = 8443;
constexpr std::uint16_t kClientPort = 40000;  // of every client; nothing decides by it

// What a TLS client would name: the host without its port; an address is never sent (RFC 6066
// section 3).
std::string sni_of(const Request& request) {
  if (request.scheme != gateway::Scheme::https) return {};
  if (request.sni) return *request.sni;
  const std::string host = request.host.substr(0, request.host.rfind(':'));
  if (request.host.starts_with('[') || IpAddress::parse(host)) return {};
  return lower(host);
}

// RFC 3986 section 2.3: what needs no escape anywhere.
std::string percent_encode(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (is_alnum(c) || std::string_view("-._~").find(c) != std::string_view::npos) {
      out += c;
    } else {
      fmt::format_to(std::back_inserter(out), "%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return out;
}

bool has(const std::vector<Field>& fields, std::string_view name) {
  return std::ranges::any_of(fields, [&](const Field& field) { return iequals(field.name, name); });
}

}  // namespace

ArrivingRequest::ArrivingRequest(const Request& request, const gateway::Snapshot& snapshot)
    : method_(request.method),
      target_(request.target),
      fields_(request.fields),
      body_kind_(request.body_kind),
      body_(request.body),
      sni_(sni_of(request)),
      node_(request.node) {
  const bool https = request.scheme == gateway::Scheme::https;
  view_.peer = {request.ip, kClientPort};
  view_.scheme = request.scheme;
  view_.listener_port = https ? kHttpsPort : kHttpPort;
  view_.sni = sni_;
  look();
  if (request.apikey) place_key(*request.apikey, snapshot);
  add_framing();
  write();
  parse();
}

void ArrivingRequest::look() {
  lines_.clear();
  for (const Field& field : fields_) lines_.push_back({field.name, field.value});
  view_.head = {
      .method = method_, .target = target_, .version = http::Version::http11, .fields = lines_};
  index_.build(lines_);
  view_.index = &index_;
}

// RFC 9112 sections 2 and 7.1.
void ArrivingRequest::write() {
  bytes_ = method_ + " " + target_ + " HTTP/1.1\r\n";
  bool is_chunked = false;
  for (const Field& field : fields_) {
    bytes_.append(field.name).append(": ").append(field.value).append("\r\n");
    is_chunked =
        is_chunked || (iequals(field.name, "Transfer-Encoding") && iequals(field.value, "chunked"));
  }
  bytes_ += "\r\n";
  if (!is_chunked) {
    bytes_ += body_;
    return;
  }
  if (!body_.empty()) bytes_ += fmt::format("{:x}\r\n{}\r\n", body_.size(), body_);
  bytes_ += "0\r\n\r\n";
}

void ArrivingRequest::parse() {
  const auto progress = parser_.parse(bytes_);
  view_.head = parser_.head();
  view_.index = &parser_.index();
  if (progress != http::Progress::complete) {
    refusal_ = parser_.refusal().status;
    return;
  }
  const auto framing = http::frame_request(view_.head, parser_.index());
  if (!framing) {
    refusal_ = framing.error().status;
    return;
  }
  framing_ = *framing;
  view_.offers_websocket = framing_.offers_websocket;
}

void ArrivingRequest::place_key(const std::string& key, const gateway::Snapshot& snapshot) {
  const auto place = gateway::key_place(snapshot, view_);
  if (!place) {
    fields_.push_back({"apikey", key});
    warning_ = fmt::format("no key-auth applies to {} {}; the key is sent as header apikey",
                           method_, target_);
    return;
  }
  switch (place->in) {
    case gateway::KeyPlace::In::header:
      fields_.push_back({place->name, key});
      return;
    case gateway::KeyPlace::In::query:
      add_to_query(place->name, key);
      return;
    case gateway::KeyPlace::In::form:
      add_to_form(place->name, key);
      return;
  }
}

void ArrivingRequest::add_to_query(std::string_view name, std::string_view key) {
  target_ += target_.find('?') == std::string::npos ? '?' : '&';
  target_ += percent_encode(name) + "=" + percent_encode(key);
}

void ArrivingRequest::add_to_form(std::string_view name, std::string_view key) {
  if (body_kind_ == BodyKind::text || body_kind_ == BodyKind::json) {
    warning_ = fmt::format("the key belongs into a form body, but {} {} has a body of another kind",
                           method_, target_);
    return;
  }
  if (!body_.empty()) body_ += '&';
  body_ += percent_encode(name) + "=" + percent_encode(key);
  body_kind_ = BodyKind::form;
  if (!has(fields_, "Content-Type")) {
    fields_.push_back({"Content-Type", "application/x-www-form-urlencoded"});
  }
}

void ArrivingRequest::add_framing() {
  if (has(fields_, "Content-Length") || has(fields_, "Transfer-Encoding")) return;
  // RFC 9110 section 8.6: methods that anticipate content say so when there is none.
  constexpr std::array<std::string_view, 3> kAnticipating{"POST", "PUT", "PATCH"};
  const bool anticipated = std::ranges::find(kAnticipating, method_) != kAnticipating.end();
  if (body_.empty() && !anticipated) return;
  fields_.push_back({"Content-Length", std::to_string(body_.size())});
}

}  // namespace gw::replay
