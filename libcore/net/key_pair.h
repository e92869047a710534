// A certificate with its chain and private key, read from PEM and known to belong together.
//
// Immutable and shared: handshakes of every thread use the same pair.
#pragma once

#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "base/secret.h"
#include "net/openssl.h"

namespace gw::net {

struct KeyPair {
  X509Ptr leaf;
  ChainPtr chain;  // what the peer needs beside the leaf, in the text's order
  PrivateKeyPtr key;
};
using KeyPairPtr = std::shared_ptr<const KeyPair>;

// Errors tell a missing, broken or encrypted key from one that belongs to another certificate.
[[nodiscard]] Result<KeyPairPtr> read_key_pair(std::string_view certificate_pem,
                                               const Secret& key_pem);

// The certificates of a PEM text, 1 to `at_most`.
[[nodiscard]] Result<std::vector<X509Ptr>> read_x509(std::string_view pem, std::size_t at_most);

struct PemPair {
  std::string certificate;
  Secret key;
};
// A new ECDSA P-256 key and a certificate that it signed itself for `host`, valid from an hour
// before `now` for ten years: what a TLS listener shows that was given none, as Kong's does.
[[nodiscard]] Result<PemPair> make_self_signed(std::string_view host, WallSeconds now);

}  // namespace gw::net
