// Whether a certificate is fit to be shown in a mesh: chain, validity, key, purpose, identity.
//
// Every check is made, whatever the others say, and nothing is read from the machine: roots, time
// and the expected identity are passed in. OpenSSL does the path validation of RFC 5280 section 6;
// the identity is compared as SPIFFE-ID and X509-SVID say.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/secret.h"

namespace gw {

enum class CertificateFault : std::uint8_t {
  unreadable,     // a text is no PEM, broken, empty, an encrypted key, or over kMaxCertificates
  chain,          // no path from the leaf to a root, or a CA on the path is not valid
  not_yet_valid,  // the leaf itself
  expired,        // the leaf itself
  key,            // the private key belongs to another certificate
  purpose,        // not for both ends of a TLS connection, or a CA in the leaf's place
  spiffe,         // not exactly the one expected identity
};

struct CertificateComplaint {
  CertificateFault fault{};
  std::string text;  // what is wrong, with the values, and what to do; never key material
};

struct CertificateToCheck {
  std::string_view roots_pem;     // all are trusted, be they self-signed or not
  std::string_view chain_pem;     // leaf first, then intermediates
  const Secret* key = nullptr;    // PEM; nullptr: not looked at
  std::string_view spiffe_uri{};  // empty: any; "spiffe:///ns/...": in any trust domain
  WallSeconds now{};
};

// What is wrong, in the order of CertificateFault; empty: all is well. Unreadable roots or an
// unreadable chain leave the checks out that need them. A leaf may begin before its root does
// (Consul dates leaves back by a minute, and roots not). No clock skew is tolerated.
[[nodiscard]] std::vector<CertificateComplaint> check_certificate(const CertificateToCheck& what);

}  // namespace gw
