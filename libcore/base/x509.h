// PEM and X.509 reading (OpenSSL): what a certificate says, and whether a key belongs to it.
//
// Nothing here verifies a chain (base/certificate_check.h does) or reads a clock. Numbers that
// people compare by eye are hex with colons in lower case, "0a:ff", as Consul writes them.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"

namespace gw {

// At most this many certificates are read from one text: longer chains are refused by clients.
inline constexpr std::size_t kMaxCertificates = 32;

// "0a:ff" of two bytes.
[[nodiscard]] std::string colon_hex(std::string_view bytes);

struct CertificateInfo {
  std::string subject;  // one line, RFC 2253; empty in leaves of Consul 1.11 and later
  std::string issuer;
  std::string serial;  // hex with colons
  WallSeconds not_before{};
  WallSeconds not_after{};
  bool is_ca = false;          // has the CA basic constraint
  std::string key;             // "EC P-256", "RSA 2048", "Ed25519"
  std::string signature;       // "ecdsa-with-SHA256"
  std::string sha256;          // of the whole certificate, hex with colons
  std::string subject_key_id;  // hex with colons; empty when there is none
  std::string authority_key_id;
  std::vector<std::string> usages;    // "digital signature", ...; empty: not restricted
  std::vector<std::string> purposes;  // "client", "server", ...; empty: not restricted
  std::vector<std::string> dns_names;
  std::vector<std::string> uris;  // SPIFFE identities among them
};

// The certificates of a PEM text in its order, at least one. Errors name OpenSSL's reason.
[[nodiscard]] Result<std::vector<CertificateInfo>> read_certificates(std::string_view pem);

// Whether `pem` holds a readable private key without passphrase; the error says why not.
[[nodiscard]] Result<void> read_private_key(std::string_view pem);

// What kind of key it is, "EC P-256"; errors as read_private_key.
[[nodiscard]] Result<std::string> private_key_kind(std::string_view pem);

// Whether the private key belongs to the first certificate of `certificate_pem`.
[[nodiscard]] Result<bool> key_matches(std::string_view certificate_pem, std::string_view key_pem);

}  // namespace gw
