// OpenSSL's certificates and keys as values: what x509.cpp and certificate_check.cpp share.
//
// Whatever fails empties OpenSSL's error queue, or its errors would be blamed on the next call.
#pragma once

#include <cstddef>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include <openssl/evp.h>
#include <openssl/x509.h>

#include "base/result.h"
#include "base/x509.h"

namespace gw::x509 {

template <auto Free>
struct Freer {
  template <class T>
  void operator()(T* object) const noexcept {
    Free(object);
  }
};
using BioPtr = std::unique_ptr<BIO, Freer<BIO_free_all>>;
using X509Ptr = std::unique_ptr<X509, Freer<X509_free>>;
using KeyPtr = std::unique_ptr<EVP_PKEY, Freer<EVP_PKEY_free>>;

// The oldest reason in OpenSSL's queue, which is emptied; `otherwise` when there is none.
[[nodiscard]] std::string take_reason(const char* otherwise);

// The certificates of a PEM text in its order, 1 to kMaxCertificates.
[[nodiscard]] Result<std::vector<X509Ptr>> parse_certificates(std::string_view pem);
// The first private key of a PEM text; one with a passphrase is refused.
[[nodiscard]] Result<KeyPtr> parse_private_key(std::string_view pem);

[[nodiscard]] CertificateInfo describe(X509* certificate);
// "EC P-256", "RSA 2048", "Ed25519"; "unknown" for none.
[[nodiscard]] std::string describe_key(const EVP_PKEY* key);
// One line, RFC 2253.
[[nodiscard]] std::string one_line(const X509_NAME* name);

}  // namespace gw::x509
