// Which certificate a client is shown for the server name that it asks for (SNI, RFC 6066).
//
// As Kong 3.x does it (kong/runloop/certificate.lua): the exact name, then a wildcard in the
// leftmost label's place, then one in the rightmost's, then the catch-all "*", then the fallback.
#pragma once

#include <span>
#include <string_view>

#include "model/entities.h"
#include "net/key_pair.h"
#include "net/name_map.h"

namespace gw::net {

// Immutable once filled; shared by the threads that shake hands.
class CertificateStore {
 public:
  // An Error names the certificate that cannot be used. `fallback` is what the others fall back to.
  [[nodiscard]] static Result<CertificateStore> create(
      std::span<const model::Certificate> certificates, KeyPairPtr fallback);

  // `sni` as the client sent it; "" when it sent none. Never nothing.
  [[nodiscard]] const KeyPair& find(std::string_view sni) const;

 private:
  [[nodiscard]] const KeyPair* exact(std::string_view name) const;

  NameMap<KeyPairPtr> by_name_;
  KeyPairPtr fallback_;
};

}  // namespace gw::net
