#include "net/certificate_store.h"

#include <string>
#include <utility>

namespace gw::net {
namespace {

// RFC 1035 section 2.3.4; what is longer is no host name and not worth a lookup.
constexpr std::size_t kLongestName = 253;

// "a.b.c" -> "*.b.c". Two labels have none: "*.com" would be a wildcard for everybody.
std::string left_wildcard(std::string_view name) {
  const auto dot = name.find('.');
  if (dot == std::string_view::npos || name.find('.', dot + 1) == std::string_view::npos) return {};
  return "*" + std::string(name.substr(dot));
}

// "a.b.c" -> "a.b.*"
std::string right_wildcard(std::string_view name) {
  const auto dot = name.rfind('.');
  if (dot == std::string_view::npos) return {};
  return std::string(name.substr(0, dot + 1)) + "*";
}

}  // namespace

Result<CertificateStore> CertificateStore::create(std::span<const model::Certificate> certificates,
                                                  KeyPairPtr fallback) {
  if (!fallback) return fail(ErrorCode::internal, "a certificate store needs a fallback");
  CertificateStore store;
  store.fallback_ = std::move(fallback);
  for (const model::Certificate& certificate : certificates) {
    if (certificate.snis.empty()) continue;  // a client certificate, for upstreams
    const auto pair = read_key_pair(certificate.cert, certificate.key);
    if (!pair) {
      return fail(pair.error().code,
                  "certificate " + certificate.id.str() + ": " + pair.error().message);
    }
    for (const std::string& sni : certificate.snis) store.by_name_.try_emplace(sni, *pair);
  }
  return store;
}

const KeyPair* CertificateStore::exact(std::string_view name) const {
  const auto found = by_name_.find(name);
  return found == by_name_.end() ? nullptr : found->second.get();
}

const KeyPair& CertificateStore::find(std::string_view sni) const {
  if (sni.ends_with('.')) sni.remove_suffix(1);
  if (!sni.empty() && sni.size() <= kLongestName) {
    if (const KeyPair* pair = exact(sni)) return *pair;
    if (const KeyPair* pair = exact(left_wildcard(sni))) return *pair;
    if (const KeyPair* pair = exact(right_wildcard(sni))) return *pair;
  }
  const KeyPair* everybody = exact("*");
  return everybody != nullptr ? *everybody : *fallback_;
}

}  // namespace gw::net
