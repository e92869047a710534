// An authority of a test's own, and what is asked of its certificates.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <doctest/doctest.h>
#include <openssl/x509_vfy.h>
#include <openssl/x509v3.h>

#include "base/x509.h"
#include "base/x509_handles.h"
#include "mesh/authority.h"

namespace gw::mesh::testing {

inline constexpr WallSeconds kNow{std::chrono::seconds(1'600'000'000)};  // 2020-09-13T12:26:40Z

inline std::unique_ptr<Authority> new_authority(WallSeconds now = kNow) {
  auto made = Authority::create("dc1", now);
  REQUIRE(made);
  return std::move(*made);
}

inline IssuedLeaf issue(Authority& authority, std::string_view service = "web",
                        LeafProfile profile = LeafProfile::v1_8, WallSeconds now = kNow) {
  auto leaf = authority.issue({.service = service, .now = now, .profile = profile});
  REQUIRE_MESSAGE(leaf, leaf.error().message);
  return *leaf;
}

inline CertificateInfo first_of(const std::string& pem) {
  const auto all = read_certificates(pem);
  REQUIRE(all);
  return all->front();
}

// As `openssl verify -x509_strict -purpose ... -CAfile trusted -untrusted (the rest of chain)`.
inline bool verifies(const std::string& chain, const std::string& trusted, bool send_chain = true,
                     int purpose = X509_PURPOSE_SSL_SERVER, WallSeconds now = kNow) {
  auto certificates = x509::parse_certificates(chain);
  auto roots = x509::parse_certificates(trusted);
  REQUIRE(certificates);
  REQUIRE(roots);
  const std::unique_ptr<X509_STORE, x509::Freer<X509_STORE_free>> store(X509_STORE_new());
  for (const auto& root : *roots) X509_STORE_add_cert(store.get(), root.get());
  const std::unique_ptr<X509_STORE_CTX, x509::Freer<X509_STORE_CTX_free>> context(
      X509_STORE_CTX_new());
  STACK_OF(X509)* rest = sk_X509_new_null();
  for (std::size_t i = 1; i < certificates->size() && send_chain; ++i) {
    sk_X509_push(rest, (*certificates)[i].get());
  }
  X509_STORE_CTX_init(context.get(), store.get(), certificates->front().get(), rest);
  X509_STORE_CTX_set_flags(context.get(), X509_V_FLAG_X509_STRICT);
  X509_STORE_CTX_set_purpose(context.get(), purpose);
  X509_STORE_CTX_set_time(context.get(), 0, now.time_since_epoch().count());
  const bool good = X509_verify_cert(context.get()) == 1;
  sk_X509_free(rest);
  return good;
}

// "KU critical", in the certificate's order.
inline std::vector<std::string> extensions_of(const std::string& pem) {
  const auto certificates = x509::parse_certificates(pem);
  REQUIRE(certificates);
  std::vector<std::string> names;
  const X509* const c = certificates->front().get();
  for (int i = 0; i < X509_get_ext_count(c); ++i) {
    X509_EXTENSION* const extension = X509_get_ext(c, i);
    std::string name = OBJ_nid2sn(OBJ_obj2nid(X509_EXTENSION_get_object(extension)));
    names.push_back(name + (X509_EXTENSION_get_critical(extension) == 1 ? " critical" : ""));
  }
  return names;
}

}  // namespace gw::mesh::testing
