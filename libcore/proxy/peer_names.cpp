#include "proxy/peer_names.h"

#include <algorithm>
#include <set>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/text.h"
#include "connect/spiffe.h"
#include "net/key_pair.h"
#include "net/peer_identity.h"

namespace gw::proxy {
namespace {

// Consul shows a leaf with what its root needs to be believed: a cross-signed CA while roots
// change, or intermediates of Vault and of secondary datacenters (consul-behaviour.md 1, fact 2).
constexpr int kMeshDepth = 4;

// A system's bundle has some 150.
constexpr std::size_t kMaxTrusted = 1000;

std::unexpected<Error> in_sans(std::string_view why) {
  return fail(ErrorCode::invalid, fmt::format("tls_sans: {}", why));
}

// Without regard to case: the same trust domain twice is one.
Result<std::set<std::string>> trust_domains(const std::vector<std::string>& ca_pems) {
  std::set<std::string> domains;
  for (const std::string& pem : ca_pems) {
    const auto certificates = net::read_x509(pem, kMaxTrusted);
    if (!certificates) return in_sans("CA certificate: " + certificates.error().message);
    for (const net::X509Ptr& certificate : *certificates) {
      for (const std::string& uri : net::uri_names(certificate.get())) {
        if (const auto domain = connect::parse_trust_domain(uri)) domains.insert(lower(*domain));
      }
    }
  }
  return domains;
}

Result<std::string> the_trust_domain(const std::vector<std::string>& ca_pems) {
  auto domains = trust_domains(ca_pems);
  if (!domains) return std::unexpected(std::move(domains.error()));
  if (domains->empty()) {
    return in_sans(
        "the trust domain is empty and no CA certificate of the service names one; write it out "
        "or trust Consul's roots (ca_certificates)");
  }
  if (domains->size() > 1) {
    return in_sans(
        fmt::format("the trust domain is empty and the CA certificates of the service name "
                    "several ({}); write it out",
                    fmt::join(*domains, ", ")));
  }
  return *domains->begin();
}

Result<std::vector<std::string>> complete(const std::vector<std::string>& uris,
                                          const std::vector<std::string>& ca_pems) {
  std::vector<std::string> out;
  for (const std::string& uri : uris) {
    auto id = connect::parse_service_id(uri, connect::TrustDomain::may_be_empty);
    if (!id) return in_sans(printable(uri) + ": " + id.error().message);
    if (id->trust_domain.empty()) {
      auto domain = the_trust_domain(ca_pems);
      if (!domain) return std::unexpected(std::move(domain.error()));
      id->trust_domain = std::move(*domain);
    }
    out.push_back(id->str());
  }
  return out;
}

}  // namespace

Result<void> add_peer_names(const model::Service& service, net::ClientTlsOptions& options) {
  if (!options.verify) return {};
  options.peer_dnsnames = service.san_dnsnames;
  if (service.san_uris.empty()) return {};
  if (options.ca_pems.empty()) {
    return in_sans(
        "there is no CA certificate to verify the upstream's identity with; add Consul's roots to "
        "ca_certificates and name them in the service's ca_certificates, or set "
        "lua_ssl_trusted_certificate");
  }
  auto uris = complete(service.san_uris, options.ca_pems);
  if (!uris) return std::unexpected(std::move(uris.error()));
  options.peer_uris = std::move(*uris);
  if (!service.tls_verify_depth) options.depth = kMeshDepth;
  return {};
}

}  // namespace gw::proxy
