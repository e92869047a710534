#include "net/peer_identity.h"

#include <algorithm>
#include <ctime>
#include <memory>
#include <utility>

#include <openssl/err.h>
#include <openssl/x509v3.h>

#include "base/text.h"

namespace gw::net {
namespace {

// What a peer claims to be is shown in a log; nobody's identity is this long.
constexpr std::size_t kMaxShown = 300;

using NamesPtr = std::unique_ptr<GENERAL_NAMES, OpensslFree<GENERAL_NAMES_free>>;

std::string shown(const std::string& uri) {
  return printable(uri.size() <= kMaxShown ? uri : uri.substr(0, kMaxShown) + "...");
}

std::string any_of(const ServiceIds& expected) {
  std::string text;
  for (const connect::ServiceId& id : expected) {
    if (!text.empty()) text += " or ";
    text += id.str();
  }
  return text;
}

}  // namespace

Result<ServiceIds> read_service_ids(const std::vector<std::string>& uris) {
  ServiceIds ids;
  ids.reserve(uris.size());
  for (const std::string& uri : uris) {
    auto id = connect::parse_service_id(uri);
    if (!id) return fail(id.error().code, printable(uri) + ": " + id.error().message);
    ids.push_back(std::move(*id));
  }
  return ids;
}

std::vector<std::string> uri_names(const X509* certificate) {
  std::vector<std::string> uris;
  const NamesPtr names(static_cast<GENERAL_NAMES*>(
      X509_get_ext_d2i(certificate, NID_subject_alt_name, nullptr, nullptr)));
  ERR_clear_error();
  for (int i = 0; names && i < sk_GENERAL_NAME_num(names.get()); ++i) {
    const GENERAL_NAME* name = sk_GENERAL_NAME_value(names.get(), i);
    if (name->type != GEN_URI) continue;
    const ASN1_IA5STRING* uri = name->d.uniformResourceIdentifier;
    uris.emplace_back(reinterpret_cast<const char*>(ASN1_STRING_get0_data(uri)),
                      static_cast<std::size_t>(ASN1_STRING_length(uri)));
  }
  return uris;
}

std::string identity_mismatch(const X509* certificate, const ServiceIds& expected) {
  const std::vector<std::string> uris =
      certificate == nullptr ? std::vector<std::string>{} : uri_names(certificate);
  if (uris.empty()) {
    return "the upstream has no SPIFFE URI in its certificate; expected " + any_of(expected);
  }
  if (uris.size() > 1) {  // X509-SVID section 2: one, and no more
    return "the upstream has " + std::to_string(uris.size()) +
           " URIs in its certificate, and a mesh's has one; expected " + any_of(expected);
  }
  const auto id = connect::parse_service_id(uris.front());
  const bool same = id && std::ranges::any_of(expected, [&](const connect::ServiceId& one) {
                      return connect::same_service(*id, one);
                    });
  if (same) return {};
  return "the upstream is " + shown(uris.front()) + ", not " + any_of(expected);
}

bool has_expired(const X509* certificate, WallSeconds now) {
  auto at = static_cast<std::time_t>(now.time_since_epoch().count());
  return X509_cmp_time(X509_get0_notAfter(certificate), &at) <= 0;
}

}  // namespace gw::net
