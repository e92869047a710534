// Certificates in the profile of Consul's built-in CA, field by field and in its order of
// extensions (consul-behaviour.md 3.1, 3.2, 3.4). Only the authority's sources include this.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/clock.h"
#include "base/result.h"
#include "base/x509_handles.h"

namespace gw::mesh {

struct Validity {
  WallSeconds from{};
  WallSeconds until{};
};

// The key and certificate of a root.
struct RootKey {
  x509::KeyPtr key;
  x509::X509Ptr certificate;
  std::string key_id;  // bytes: what its certificate says, or key_id_of
};

// SHA-256 of the public key's DER, 32 bytes: Consul's subject key id. Empty: OpenSSL failed.
[[nodiscard]] std::string key_id_of(const EVP_PKEY* key);
// What the certificate says; else that of its key.
[[nodiscard]] std::string key_id_of(X509* certificate);

// Errors (internal): OpenSSL gave none, with its reason.
[[nodiscard]] Result<x509::X509Ptr> make_root(EVP_PKEY* key, std::uint64_t serial,
                                              std::string_view common_name, std::string_view uri,
                                              const Validity& validity);
// The certificate of `root`, with its name, key and identity, as signed by `issuer`.
[[nodiscard]] Result<x509::X509Ptr> cross_sign(X509* root, std::uint64_t serial,
                                               const Validity& validity, const RootKey& issuer);

struct LeafFields {
  EVP_PKEY* key = nullptr;  // P-256
  std::uint64_t serial = 0;
  std::string_view common_name;  // empty: no subject, and a critical SAN
  std::string_view uri;
  Validity validity{};
};
[[nodiscard]] Result<x509::X509Ptr> make_leaf(const LeafFields& fields, const RootKey& issuer);

// PEM; empty: OpenSSL failed.
[[nodiscard]] std::string pem_of(X509* certificate);
// "EC PRIVATE KEY" (SEC 1), as Go's x509.MarshalECPrivateKey; `key` is an EC key.
[[nodiscard]] std::string sec1_pem_of(EVP_PKEY* key);
// SHA-1 of the DER, bytes: a root's ID.
[[nodiscard]] std::string fingerprint_of(X509* certificate);
// Big-endian, without leading zeros: "08", "01:00".
[[nodiscard]] std::string serial_hex(std::uint64_t serial);

}  // namespace gw::mesh
