// Certificates made in a test, as Consul's CA makes them unless told otherwise (EC P-256, one URI
// name, client and server). A test that uses this links OpenSSL::Crypto.
#pragma once

#include <chrono>
#include <memory>
#include <stdexcept>
#include <string>
#include <string_view>

#include <openssl/evp.h>
#include <openssl/pem.h>
#include <openssl/x509v3.h>

#include "base/clock.h"
#include "base/secret.h"

namespace gw::testing {

struct Minted {
  std::shared_ptr<X509> certificate;
  std::shared_ptr<EVP_PKEY> key;
  std::string pem;
  Secret key_pem;
};

struct MintRequest {
  std::string name = "web";  // CN; empty: no subject at all
  std::string alternative = "URI:spiffe://td.consul/ns/default/dc/dc1/svc/web";  // empty: none
  bool ca = false;
  std::string purposes = "clientAuth,serverAuth";  // empty: no such extension
  std::string usages = "critical,digitalSignature,keyEncipherment,dataEncipherment,keyAgreement";
  WallSeconds not_before{std::chrono::seconds(1'600'000'000)};  // 2020-09-13T12:26:40Z
  std::chrono::seconds lifetime = std::chrono::hours(72);
  unsigned rsa_bits = 0;  // 0: EC P-256
  long serial = 10;
};

inline void must(bool holds) {
  if (!holds) throw std::runtime_error("OpenSSL made no certificate");
}

inline std::string text_of(BIO* raw) {
  const std::unique_ptr<BIO, decltype(&BIO_free_all)> out(raw, BIO_free_all);
  char* data = nullptr;
  const long size = BIO_get_mem_data(out.get(), &data);
  return {data, static_cast<std::size_t>(size)};
}

inline void extend(X509* certificate, X509* issuer, int nid, const std::string& value) {
  if (value.empty()) return;
  X509V3_CTX context;
  X509V3_set_ctx(&context, issuer, certificate, nullptr, nullptr, 0);
  const std::unique_ptr<X509_EXTENSION, decltype(&X509_EXTENSION_free)> extension(
      X509V3_EXT_conf_nid(nullptr, &context, nid, value.c_str()), X509_EXTENSION_free);
  must(extension && X509_add_ext(certificate, extension.get(), -1) == 1);
}

inline std::string pem_of(X509* certificate) {
  BIO* out = BIO_new(BIO_s_mem());
  must(PEM_write_bio_X509(out, certificate) == 1);
  return text_of(out);
}

inline Secret pem_of(EVP_PKEY* key) {
  BIO* out = BIO_new(BIO_s_mem());
  must(PEM_write_bio_PrivateKey(out, key, nullptr, nullptr, 0, nullptr, nullptr) == 1);
  return Secret(text_of(out));
}

// Signed by `issuer`; nullptr: by itself. `key` of another certificate: for cross-signed CAs.
inline Minted mint(const MintRequest& request, const Minted* issuer = nullptr,
                   const Minted* key = nullptr) {
  Minted made;
  made.key = key != nullptr
                 ? key->key
                 : std::shared_ptr<EVP_PKEY>(
                       request.rsa_bits != 0 ? EVP_RSA_gen(request.rsa_bits) : EVP_EC_gen("P-256"),
                       EVP_PKEY_free);
  made.certificate = {X509_new(), X509_free};
  X509* c = made.certificate.get();
  const auto begin = request.not_before.time_since_epoch().count();
  must(X509_set_version(c, X509_VERSION_3) == 1);
  must(ASN1_INTEGER_set(X509_get_serialNumber(c), request.serial) == 1);
  must(ASN1_TIME_set(X509_getm_notBefore(c), begin) != nullptr);
  must(ASN1_TIME_set(X509_getm_notAfter(c), begin + request.lifetime.count()) != nullptr);
  must(X509_set_pubkey(c, made.key.get()) == 1);
  if (!request.name.empty()) {
    const auto* cn = reinterpret_cast<const unsigned char*>(request.name.c_str());
    must(X509_NAME_add_entry_by_txt(X509_get_subject_name(c), "CN", MBSTRING_UTF8, cn, -1, -1, 0) ==
         1);
  }
  X509* signer = issuer != nullptr ? issuer->certificate.get() : c;
  must(X509_set_issuer_name(c, X509_get_subject_name(signer)) == 1);
  extend(c, signer, NID_basic_constraints, request.ca ? "critical,CA:TRUE" : "critical,CA:FALSE");
  extend(c, signer, NID_key_usage,
         request.ca ? "critical,digitalSignature,keyCertSign,cRLSign" : request.usages);
  if (!request.ca) extend(c, signer, NID_ext_key_usage, request.purposes);
  extend(c, signer, NID_subject_key_identifier, "hash");
  extend(c, signer, NID_authority_key_identifier, "keyid");
  extend(c, signer, NID_subject_alt_name, request.alternative);
  must(X509_sign(c, issuer != nullptr ? issuer->key.get() : made.key.get(), EVP_sha256()) > 0);
  made.pem = pem_of(c);
  made.key_pem = pem_of(made.key.get());
  return made;
}

// A root as Consul's: ten years, and begun a minute after the leaves of its first minute.
inline Minted mint_root(const std::string& name = "root",
                        WallSeconds not_before = WallSeconds(std::chrono::seconds(1'600'000'060))) {
  return mint({.name = name,
               .alternative = "URI:spiffe://td.consul",
               .ca = true,
               .not_before = not_before,
               .lifetime = std::chrono::hours(24 * 3652)});
}

}  // namespace gw::testing
