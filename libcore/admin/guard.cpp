#include "admin/guard.h"

#include <algorithm>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "base/ip.h"
#include "base/text.h"

namespace gw::admin {
namespace {

bool contains(const std::vector<std::string>& list, std::string_view value) {
  return std::ranges::any_of(list, [&](const std::string& one) { return iequals(one, value); });
}

// Without port and brackets.
std::string_view host_name(std::string_view host) {
  if (host.starts_with('[')) return host.substr(1, host.find(']') - 1);
  return host.substr(0, host.find(':'));
}

bool is_local_name(std::string_view name) {
  const std::string lowered = lower(name);
  return lowered == "localhost" || lowered.ends_with(".localhost");
}

bool is_allowed_host(std::string_view host, const NodeInfo& info) {
  const std::string_view name = host_name(host);
  return IpAddress::parse(name) || is_local_name(name) || contains(info.allowed_hosts, name);
}

bool is_allowed_origin(std::string_view origin, const NodeInfo& info) {
  return contains(info.allowed_origins, "*") || contains(info.allowed_origins, origin);
}

}  // namespace

std::optional<std::string> objection(const Request& request, const NodeInfo& info) {
  const auto host = http::find(request.fields, "host");
  if (host && !host->empty() && !is_allowed_host(*host, info)) {
    return fmt::format(
        "Host \"{}\" is not allowed here: use an address or localhost, or add it to "
        "the allowed host names",
        printable(*host));
  }
  const auto origin = http::find(request.fields, "origin");
  if (origin) {
    if (is_allowed_origin(*origin, info)) return std::nullopt;
    return fmt::format("Origin \"{}\" is not allowed here: add it to the allowed origins",
                       printable(*origin));
  }
  // Forms of old pages carry no Origin; newer browsers tell it this way (Fetch Metadata).
  const auto site = http::find(request.fields, "sec-fetch-site").value_or("none");
  if (site == "cross-site" || site == "same-site") {
    return "requests made by web pages of other sites are not allowed here";
  }
  return std::nullopt;
}

std::string allowed_origin(const Request& request) {
  return std::string(http::find(request.fields, "origin").value_or("*"));
}

}  // namespace gw::admin
