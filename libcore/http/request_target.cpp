#include "http/request_target.h"

#include "base/text.h"
#include "http/characters.h"
#include "http/host.h"

namespace gw::http {
namespace {

std::unexpected<Refusal> bad(std::string_view reason) {
  return std::unexpected(Refusal{400, reason});
}

std::expected<RequestTarget, Refusal> read_absolute(std::string_view target) {
  const auto colon = target.find("://");
  const auto scheme = target.substr(0, colon);
  if (colon == std::string_view::npos || !(iequals(scheme, "http") || iequals(scheme, "https"))) {
    return bad("the request target is neither a path nor an http or https URI");
  }
  target.remove_prefix(colon + 3);
  const auto authority = target.substr(0, target.find_first_of("/?"));
  if (authority.find('@') != std::string_view::npos) {
    return bad("the request target has userinfo before its host");
  }
  if (!is_authority(authority)) return bad("the request target has no valid host and port");
  return RequestTarget{authority, target.substr(authority.size())};
}

}  // namespace

std::expected<RequestTarget, Refusal> read_target(std::string_view method,
                                                  std::string_view target) {
  if (target.empty()) return bad("the request target is empty");
  if (!all_of(Octets::target, target)) {
    return bad("the request target holds an octet that must be percent-encoded");
  }
  if (method == "CONNECT") {
    if (!is_authority(target, PortRule::required)) {
      return bad("the request target of CONNECT is not host:port");
    }
    return RequestTarget{{}, target};
  }
  if (target.front() == '/') return RequestTarget{{}, target};
  if (target == "*") {
    if (method != "OPTIONS") return bad("the request target * is for OPTIONS only");
    return RequestTarget{{}, target};
  }
  return read_absolute(target);
}

}  // namespace gw::http
