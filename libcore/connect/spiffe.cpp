#include "connect/spiffe.h"

#include <algorithm>
#include <array>
#include <span>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/text.h"

namespace gw::connect {
namespace {

constexpr std::string_view kScheme = "spiffe://";
constexpr std::string_view kForm =
    "spiffe://TRUST-DOMAIN/ns/NAMESPACE/dc/DATACENTER/svc/SERVICE (/ap/PARTITION before /ns)";
// SPIFFE-ID section 2.3.
constexpr std::size_t kMaxUri = 2048;
constexpr std::size_t kMaxTrustDomain = 255;

std::unexpected<Error> not_an_id(std::string_view why) {
  return fail(ErrorCode::invalid, fmt::format("{}; expected {}", why, kForm));
}

// RFC 3986's pchar but for '%'.
bool is_path_character(char c) {
  return is_alnum(c) || std::string_view("-._~!$&'()*+,;=:@").find(c) != std::string_view::npos;
}

// Without any of these a segment could mean another path than it seems to.
bool is_plain_octet(unsigned char c) {
  return c >= 0x20 && c != 0x7F && c != '/';
}

Result<std::string> decode_segment(std::string_view text) {
  std::string out;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (is_path_character(text[i])) {
      out += text[i];
      continue;
    }
    if (text[i] != '%') {
      return not_an_id(
          fmt::format("'{}' has a character that must be written as %XX", printable(text)));
    }
    const int high = i + 2 < text.size() ? hex_value(text[i + 1]) : -1;
    const int low = i + 2 < text.size() ? hex_value(text[i + 2]) : -1;
    if (high < 0 || low < 0) {
      return not_an_id(fmt::format("'{}' has a % without two hex digits", printable(text)));
    }
    const auto octet = static_cast<unsigned char>(high * 16 + low);
    if (!is_plain_octet(octet)) {
      return not_an_id(fmt::format("'{}' hides a slash or a control character", printable(text)));
    }
    out += static_cast<char>(octet);
    i += 2;
  }
  if (out.empty()) return not_an_id("a part of the path is empty");
  if (out == "." || out == "..") return not_an_id("a part of the path is '.' or '..'");
  if (!is_utf8(out)) return not_an_id(fmt::format("'{}' is not UTF-8", printable(text)));
  return out;
}

Result<std::string> check_trust_domain(std::string_view text) {
  if (text.find('@') != std::string_view::npos) return not_an_id("it has a user before the domain");
  if (text.find(':') != std::string_view::npos) return not_an_id("the trust domain has a port");
  if (text.size() > kMaxTrustDomain) {
    return not_an_id(fmt::format("the trust domain is longer than {} bytes", kMaxTrustDomain));
  }
  const auto is_good = [](char c) { return is_alnum(c) || c == '.' || c == '-' || c == '_'; };
  if (!std::ranges::all_of(text, is_good)) {
    return not_an_id(
        fmt::format("the trust domain '{}' has characters other than letters, "
                    "digits, '.', '-' and '_'",
                    printable(text)));
  }
  return std::string(text);
}

struct Halves {
  std::string_view domain;
  std::string_view path;  // with its '/'; empty: none
};
Result<Halves> split_uri(std::string_view uri) {
  if (uri.size() > kMaxUri) return not_an_id(fmt::format("it is longer than {} bytes", kMaxUri));
  if (!uri.starts_with(kScheme)) return not_an_id("it does not begin with spiffe://");
  if (uri.find('?') != std::string_view::npos) return not_an_id("it has a query");
  if (uri.find('#') != std::string_view::npos) return not_an_id("it has a fragment");
  uri.remove_prefix(kScheme.size());
  const std::size_t slash = std::min(uri.find('/'), uri.size());
  return Halves{uri.substr(0, slash), uri.substr(slash)};
}

// The path's parts by their names: /ns/N/dc/D/svc/S, with /ap/P before or not.
Result<ServiceId> read_path(std::string_view path) {
  constexpr std::array<std::string_view, 4> kNames{"ap", "ns", "dc", "svc"};
  ServiceId id;
  const std::array<std::string*, 4> values{&id.partition, &id.ns, &id.datacenter, &id.service};
  if (path.empty()) return not_an_id("it names no service");
  const auto parts = split(path.substr(1), '/');
  const std::size_t first = parts.front() == "ap" ? 0 : 1;
  if (parts.size() != 2 * (kNames.size() - first)) {
    return not_an_id(fmt::format("the path has {} parts", parts.size()));
  }
  for (std::size_t i = first; i < kNames.size(); ++i) {
    const std::size_t at = 2 * (i - first);
    if (parts[at] != kNames.at(i)) {
      return not_an_id(
          fmt::format("'{}' stands where '{}' is expected", printable(parts[at]), kNames.at(i)));
    }
    auto value = decode_segment(parts[at + 1]);
    if (!value) return std::unexpected(std::move(value.error()));
    *values.at(i) = std::move(*value);
  }
  return id;
}

std::string encode(std::string_view text) {
  std::string out;
  for (const char c : text) {
    if (is_path_character(c)) {
      out += c;
    } else {
      out += fmt::format("%{:02X}", static_cast<unsigned>(static_cast<unsigned char>(c)));
    }
  }
  return out;
}

}  // namespace

std::string ServiceId::str() const {
  return fmt::format("{}{}{}/ns/{}/dc/{}/svc/{}", kScheme, trust_domain,
                     partition.empty() ? std::string{} : "/ap/" + encode(partition), encode(ns),
                     encode(datacenter), encode(service));
}

Result<ServiceId> parse_service_id(std::string_view uri, TrustDomain domain) {
  const auto halves = split_uri(uri);
  if (!halves) return std::unexpected(halves.error());
  auto trust_domain = check_trust_domain(halves->domain);
  if (!trust_domain) return std::unexpected(std::move(trust_domain.error()));
  if (trust_domain->empty() && domain == TrustDomain::is_named) {
    return not_an_id("the trust domain is empty");
  }
  auto id = read_path(halves->path);
  if (id) id->trust_domain = std::move(*trust_domain);
  return id;
}

Result<std::string> parse_trust_domain(std::string_view uri) {
  const auto halves = split_uri(uri);
  if (!halves) return std::unexpected(halves.error());
  if (!halves->path.empty() || halves->domain.empty()) {
    return fail(ErrorCode::invalid, "not the identity of a trust domain; expected spiffe://DOMAIN");
  }
  return check_trust_domain(halves->domain);
}

bool same_service(const ServiceId& a, const ServiceId& b) {
  return iequals(a.trust_domain, b.trust_domain) && a.partition == b.partition && a.ns == b.ns &&
         a.datacenter == b.datacenter && a.service == b.service;
}

}  // namespace gw::connect
