#include "config/check_format.h"

#include <algorithm>
#include <array>
#include <cstddef>
#include <optional>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "base/ip.h"
#include "base/text.h"
#include "base/uuid.h"
#include "base/x509.h"
#include "config/check_path.h"
#include "connect/spiffe.h"

namespace gw::config {
namespace {

using Complaint = std::optional<std::string>;
using model::Level;

template <class Predicate>
bool all_of(std::string_view text, Predicate is_good) {
  return std::ranges::all_of(text, is_good);
}
bool is_ascii(char c) {
  return static_cast<unsigned char>(c) < 0x80;
}
bool is_printable(char c) {
  return c >= 0x20 && c < 0x7F;
}

std::string invalid(std::string_view text) {
  return fmt::format("invalid value: {}", text);
}

// Labels of letters, digits, '-' and '_'; a label may begin with a dash (Kong lets it), not end so.
bool is_host_name(std::string_view text) {
  if (text.ends_with('.')) text.remove_suffix(1);
  if (text.empty() || text.size() > 253) return false;
  for (const std::string_view label : split(text, '.')) {
    if (label.empty() || label.ends_with('-')) return false;
    if (!all_of(label, [](char c) { return is_alnum(c) || c == '-' || c == '_'; })) return false;
  }
  return true;
}

std::optional<std::uint16_t> parse_port(std::string_view text) {
  const auto number = parse_uint(text);
  if (!number || *number > 65535) return std::nullopt;
  return static_cast<std::uint16_t>(*number);
}

Complaint check_any(std::string_view, const Level&) {
  return std::nullopt;
}

Complaint check_certificate(std::string_view text, const Level&) {
  const auto read = read_certificates(text);
  if (read) return std::nullopt;
  return "invalid certificate: " + read.error().message;
}

Complaint check_private_key(std::string_view text, const Level&) {
  const auto read = read_private_key(text);
  if (read) return std::nullopt;
  return "invalid key: " + read.error().message;
}

Complaint check_header_name(std::string_view text, const Level&) {
  if (all_of(text, [](char c) { return is_alnum(c) || c == '-' || c == '_'; })) return std::nullopt;
  return fmt::format("bad header name '{}', allowed characters are A-Z, a-z, 0-9, '_', and '-'",
                     text);
}

Complaint check_host(std::string_view text, const Level&) {
  const auto parsed = parse_host_port(text);
  if (!parsed) return invalid(text);
  if (parsed->port) return "must not have a port";
  return std::nullopt;
}

Complaint check_method(std::string_view text, const Level&) {
  if (all_of(text, [](char c) { return c >= 'A' && c <= 'Z'; })) return std::nullopt;
  return invalid(text);
}

Complaint check_name(std::string_view text, const Level& level) {
  const bool old = level < Level{2, 2};
  const auto is_good = [old](char c) {
    return is_alnum(c) || c == '.' || c == '-' || c == '_' || c == '~' || (!old && !is_ascii(c));
  };
  if (all_of(text, is_good)) return std::nullopt;
  if (old) {
    return fmt::format(
        "invalid value '{}': it must only contain alphanumeric and '., -, _, ~' characters", text);
  }
  return fmt::format(
      "invalid value '{}': the only accepted ascii characters are alphanumerics or ., -, _, and ~",
      text);
}

Complaint check_plain_path(std::string_view text, const Level& level) {
  if (!text.starts_with('/')) return "should start with: /";
  if (text.find("//") != std::string_view::npos) return "must not have empty segments";
  // Kong 2 allows fewer characters in a plain path; what is beyond them makes a regex of a route.
  const std::string_view extra = level < Level{3, 0} ? "" : ":@!$&'()*+,;=";
  const auto is_good = [extra](char c) {
    return is_alnum(c) || std::string_view("._~/%-").find(c) != std::string_view::npos ||
           extra.find(c) != std::string_view::npos;
  };
  if (!all_of(text, is_good)) {
    return fmt::format(
        "invalid path: '{}' (characters outside of the reserved list of RFC 3986 found)", text);
  }
  const std::string_view bad = bad_escape(text);
  if (!bad.empty()) return fmt::format("invalid url-encoded value: '{}'", bad);
  return std::nullopt;
}

Complaint check_service_id(std::string_view text, const Level&) {
  const auto id = connect::parse_service_id(text, connect::TrustDomain::may_be_empty);
  if (id) return std::nullopt;
  return "not the identity of a Connect service: " + id.error().message;
}

Complaint check_wildcard(std::string_view text) {
  const std::size_t star = text.find('*');
  if (star == std::string_view::npos) return std::nullopt;
  if (text.find('*', star + 1) != std::string_view::npos) {
    return "invalid wildcard: must have at most one wildcard";
  }
  if (!text.starts_with("*.") && !text.ends_with(".*")) {
    return "invalid wildcard: must be placed at leftmost or rightmost label";
  }
  return std::nullopt;
}

// `text` with its wildcard as an ordinary label.
std::string without_wildcard(std::string_view text) {
  std::string plain(text);
  std::ranges::replace(plain, '*', 'x');
  return plain;
}

Complaint check_route_host(std::string_view text, const Level&) {
  if (auto bad = check_wildcard(text)) return bad;
  if (!parse_host_port(without_wildcard(text))) return invalid(text);
  return std::nullopt;
}

Complaint check_sni(std::string_view text, const Level&) {
  const auto parsed = parse_host_port(text);
  if (!parsed) return invalid(text);
  if (parsed->is_ip) return "must not be an IP";
  if (parsed->port) return "must not have a port";
  return std::nullopt;
}

Complaint check_wildcard_sni(std::string_view text, const Level& level) {
  if (auto bad = check_wildcard(text)) return bad;
  const auto bad = check_sni(without_wildcard(text), level);
  return bad && bad->starts_with("invalid value") ? invalid(text) : bad;
}

Complaint check_tag(std::string_view text, const Level& level) {
  if (level < Level{2, 2}) {
    const auto is_good = [](char c) {
      return is_alnum(c) || c == '.' || c == '-' || c == '_' || c == '~';
    };
    return all_of(text, is_good) ? Complaint{} : invalid(text);
  }
  const bool space = level >= Level{3, 0};
  const auto is_good = [space](char c) {
    return !is_ascii(c) || (is_printable(c) && c != ',' && c != '/' && (c != ' ' || space));
  };
  if (all_of(text, is_good)) return std::nullopt;
  return fmt::format(
      "invalid tag '{}': expected printable ascii (except `,` and `/`) or valid utf-8 sequences",
      text);
}

Complaint check_target(std::string_view text, const Level& level) {
  if (parse_host_port(text)) return std::nullopt;
  if (level < Level{2, 1}) return "Invalid target; not a valid hostname or ip address";
  return fmt::format("Invalid target ('{}'); not a valid hostname or ip address", text);
}

Complaint check_upstream_name(std::string_view text, const Level& level) {
  const auto parsed = parse_host_port(text);
  std::string_view why;
  if (!parsed) {
    why = "must be a valid hostname";
  } else if (parsed->is_ip) {
    why = "no ip addresses allowed";
  } else if (parsed->port) {
    why = "no port allowed";
  } else {
    return std::nullopt;
  }
  if (level < Level{2, 1}) return fmt::format("Invalid name; {}", why);
  return fmt::format("Invalid name ('{}'); {}", text, why);
}

Complaint check_uuid(std::string_view text, const Level&) {
  return Uuid::parse(text) ? Complaint{} : Complaint{"expected a valid UUID"};
}

Complaint check_vault_prefix(std::string_view text, const Level&) {
  const auto is_good = [](char c) { return is_digit(c) || (c >= 'a' && c <= 'z') || c == '-'; };
  const bool ends_well = text.size() > 1 && is_alpha(text.front()) && text.back() != '-';
  return ends_well && all_of(text, is_good) ? Complaint{} : invalid(text);
}

struct FormatRow {
  Format format;
  Complaint (*check)(std::string_view, const Level&);
  std::string_view description;
};
constexpr std::array kFormats{
    FormatRow{Format::any, check_any, "text"},
    FormatRow{Format::certificate, check_certificate, "a certificate in PEM form"},
    FormatRow{Format::header_name, check_header_name, "letters, digits, '_' and '-'"},
    FormatRow{Format::host, check_host, "a host name or IP address, without port"},
    FormatRow{Format::method, check_method, "a method in capitals, such as GET"},
    FormatRow{Format::name, check_name, "letters, digits, '.', '-', '_' and '~'"},
    FormatRow{Format::path, check_plain_path, "a path such as /v1"},
    FormatRow{Format::private_key, check_private_key, "a private key in PEM form"},
    FormatRow{Format::route_host, check_route_host,
              "a host name, with one * at either end at most"},
    FormatRow{Format::route_path, check_route_path, "a path such as /v1"},
    FormatRow{Format::service_id, check_service_id,
              "spiffe://TRUST-DOMAIN/ns/NAMESPACE/dc/DATACENTER/svc/SERVICE; without TRUST-DOMAIN "
              "that of the trusted CAs"},
    FormatRow{Format::sni, check_sni, "a host name"},
    FormatRow{Format::tag, check_tag, "printable characters without ',' and '/'"},
    FormatRow{Format::target, check_target, "host or host:port"},
    FormatRow{Format::upstream_name, check_upstream_name, "a host name, no IP address, no port"},
    FormatRow{Format::uuid, check_uuid, "a UUID"},
    FormatRow{Format::vault_prefix, check_vault_prefix, "lower-case letters, digits and '-'"},
    FormatRow{Format::wildcard_sni, check_wildcard_sni,
              "a host name, with one * at either end at most"},
};
static_assert(
    [] {
      for (std::size_t i = 0; i < kFormats.size(); ++i) {
        if (static_cast<std::size_t>(kFormats[i].format) != i) return false;
      }
      return true;
    }(),
    "rows stand in the order of the enumerators");

const FormatRow& row_of(Format format) {
  return kFormats.at(static_cast<std::size_t>(format));
}

}  // namespace

Complaint check_format(Format format, std::string_view text, const Level& level) {
  return row_of(format).check(text, level);
}

std::string_view describe(Format format) {
  return row_of(format).description;
}

std::optional<HostPort> parse_host_port(std::string_view text) {
  HostPort out;
  std::string_view host = text;
  std::string_view port;
  if (text.starts_with('[')) {
    const std::size_t close = text.find(']');
    if (close == std::string_view::npos) return std::nullopt;
    host = text.substr(1, close - 1);
    const std::string_view rest = text.substr(close + 1);
    if (!rest.empty() && !rest.starts_with(':')) return std::nullopt;
    if (!rest.empty()) port = rest;
  } else if (std::ranges::count(text, ':') == 1) {
    host = text.substr(0, text.find(':'));
    port = text.substr(text.find(':'));
  }
  if (!port.empty()) {
    out.port = parse_port(port.substr(1));
    if (!out.port) return std::nullopt;
  }
  out.is_ip = IpAddress::parse(host).has_value();
  const bool bracketed = text.starts_with('[');
  if (!out.is_ip && (bracketed || !is_host_name(host))) return std::nullopt;
  out.host = host;
  return out;
}

std::string_view bad_escape(std::string_view path) {
  for (std::size_t i = path.find('%'); i != std::string_view::npos; i = path.find('%', i + 1)) {
    const bool good =
        i + 2 < path.size() && hex_value(path[i + 1]) >= 0 && hex_value(path[i + 2]) >= 0;
    if (!good) return path.substr(i, 3);
  }
  return {};
}

}  // namespace gw::config
