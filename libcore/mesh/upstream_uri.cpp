#include "mesh/upstream_uri.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"

namespace gw::mesh {
namespace {

constexpr std::string_view kScheme = "http://";

bool is_in(std::string_view set, char c) {
  return set.find(c) != std::string_view::npos;
}

// net/url's shouldEscape for a path, Go 1.12.
bool is_plain(char c) {
  return is_alnum(c) || is_in("-_.~$&+,/:;=@", c);
}

// Its validEncoded: what may stay as it came.
bool may_stay(char c) {
  return is_plain(c) || is_in("!'()*[]%", c);
}

std::string decode(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    const bool escape = text[i] == '%' && i + 2 < text.size();
    const int high = escape ? hex_value(text[i + 1]) : -1;
    const int low = escape ? hex_value(text[i + 2]) : -1;
    if (high < 0 || low < 0) {
      out += text[i];
      continue;
    }
    out += static_cast<char>(high * 16 + low);
    i += 2;
  }
  return out;
}

std::string escape(std::string_view path) {
  std::string out;
  for (const char c : path) {
    if (is_plain(c)) {
      out += c;
    } else {
      fmt::format_to(std::back_inserter(out), "%{:02X}", static_cast<unsigned char>(c));
    }
  }
  return out;
}

bool read_authority(UpstreamUri& uri, std::string_view authority) {
  std::size_t colon = authority.rfind(':');
  const std::size_t bracket = authority.rfind(']');
  if (bracket != std::string_view::npos && colon != std::string_view::npos && colon < bracket) {
    colon = std::string_view::npos;
  }
  std::string_view host = authority.substr(0, colon);
  if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
  if (colon != std::string_view::npos) {
    const auto port = parse_uint(authority.substr(colon + 1));
    if (!port || *port == 0 || *port > 65535) return false;
    uri.port = static_cast<std::uint16_t>(*port);
  }
  uri.host = host;
  return !host.empty();
}

}  // namespace

UpstreamUri read_upstream_uri(std::string_view text) {
  UpstreamUri uri;
  uri.text = text;
  if (!text.starts_with(kScheme)) {
    const std::size_t end = text.find("://");
    uri.problem = fmt::format("unsupported protocol scheme \"{}\"",
                              end == std::string_view::npos ? "" : text.substr(0, end));
    return uri;
  }
  const std::string_view rest = text.substr(kScheme.size());
  const std::string_view authority = rest.substr(0, rest.find_first_of("/?"));
  if (!read_authority(uri, authority)) {
    uri.problem = "no Host in request URL";
    return uri;
  }
  uri.authority = authority;
  const std::string_view after = rest.substr(authority.size());
  uri.path = go_path(after);
  if (const std::size_t at = after.find('?'); at != std::string_view::npos) {
    uri.query = after.substr(at);
  }
  return uri;
}

std::string UpstreamUri::target(std::string_view inbound_path) const {
  std::string whole = escape(path + std::string(inbound_path));
  if (whole.empty()) whole = "/";
  return whole + query;
}

std::string go_path(std::string_view target) {
  return decode(target.substr(0, target.find('?')));
}

std::string go_uri(std::string_view target) {
  const std::string_view path = target.substr(0, target.find('?'));
  if (std::ranges::all_of(path, may_stay)) return std::string(target);
  return escape(decode(path)).append(target.substr(path.size()));
}

}  // namespace gw::mesh
