// PEM and X.509 reading (OpenSSL): what a certificate says, and whether a key belongs to it.
//
// Nothing here verifies a chain or reads a clock; whoever asks passes the time.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"

namespace gw {

// At most this many certificates are read from one text: longer chains are refused by clients.
inline constexpr std::size_t kMaxCertificates = 32;

struct CertificateInfo {
  std::string subject;  // one line, RFC 2253
  std::string issuer;
  WallSeconds not_before{};
  WallSeconds not_after{};
  bool is_ca = false;  // has the CA basic constraint
  std::vector<std::string> dns_names;
  std::vector<std::string> uris;  // SPIFFE identities among them
};

// The certificates of a PEM text in its order, at least one. Errors name OpenSSL's reason.
[[nodiscard]] Result<std::vector<CertificateInfo>> read_certificates(std::string_view pem);

// Whether `pem` holds a readable private key without passphrase; the error says why not.
[[nodiscard]] Result<void> read_private_key(std::string_view pem);

// Whether the private key belongs to the first certificate of `certificate_pem`.
[[nodiscard]] Result<bool> key_matches(std::string_view certificate_pem, std::string_view key_pem);

}  // namespace gw
