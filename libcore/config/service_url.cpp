#include "config/service_url.h"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>

#include "base/text.h"
#include "config/check_context.h"

namespace gw::config {
namespace {

using namespace std::string_view_literals;
constexpr std::array kUrlFields{"protocol"sv, "host"sv, "port"sv, "path"sv};

struct Authority {
  std::string_view host;
  std::string_view port;
};

Authority split_authority(std::string_view text) {
  if (const auto at = text.rfind('@'); at != std::string_view::npos) text.remove_prefix(at + 1);
  const auto colon = text.rfind(':');
  const auto bracket = text.rfind(']');
  const bool has_port =
      colon != std::string_view::npos && (bracket == std::string_view::npos || colon > bracket);
  if (!has_port) return {text, {}};
  return {text.substr(0, colon), text.substr(colon + 1)};
}

void set_port(Node& out, std::string_view port, std::string_view scheme, Span where) {
  if (const auto number = parse_uint(port)) {
    Node node = make_number(static_cast<double>(*number), where);
    node.integer = true;
    set(out, "port", std::move(node));
  } else if (!port.empty()) {
    set(out, "port", make_string(std::string(port), where));  // the type check will say so
  } else if (scheme == "https") {
    Node node = make_number(443, where);
    node.integer = true;
    set(out, "port", std::move(node));
  }
}

}  // namespace

Node expand_url(const Node& url) {
  Node out = make_mapping({}, url.where);
  std::string_view rest = url.text;
  std::string_view scheme;
  if (const auto colon = rest.find("://"); colon != std::string_view::npos) {
    scheme = rest.substr(0, colon);
    rest.remove_prefix(colon + 1);
  }
  Authority authority;
  if (rest.starts_with("//")) {
    rest.remove_prefix(2);
    const auto end = std::min(rest.find_first_of("/?#"), rest.size());
    authority = split_authority(rest.substr(0, end));
    rest.remove_prefix(end);
  }
  const std::string_view path = rest.substr(0, rest.find_first_of("?#"));
  if (scheme.empty() && authority.port == "443") scheme = "https";
  if (!scheme.empty()) set(out, "protocol", make_string(std::string(scheme), url.where));
  if (!authority.host.empty()) {
    set(out, "host", make_string(std::string(authority.host), url.where));
  }
  set_port(out, authority.port, scheme, url.where);
  if (!path.empty()) set(out, "path", make_string(std::string(path), url.where));
  return out;
}

ServiceView::ServiceView(const Node& service) : service_(&service) {
  const Node* url = present(service, "url");
  if (url != nullptr && url->is(Kind::string) && !url->text.empty()) from_url_ = expand_url(*url);
}

bool ServiceView::is_set_by_url(std::string_view key) {
  return std::ranges::count(kUrlFields, key) > 0;
}

const Node* ServiceView::find(std::string_view key) const {
  return present(from_url_ && is_set_by_url(key) ? *from_url_ : *service_, key);
}

}  // namespace gw::config
