// A certificate authority like that of Consul Connect, valid today: roots with a trust domain,
// leaves with identities, and roots that vouch for each other.
#pragma once

#include <chrono>
#include <string>

#include "net/key_pair.h"
#include "support/mint.h"
#include "tls_pair.h"

namespace gw::testing {

class MeshCa {
 public:
  // As in spiffe://TRUST-DOMAIN; empty: the root has no URI.
  explicit MeshCa(const std::string& trust_domain)
      : name_("pri-" + std::to_string(++count())),
        root_(mint(as_ca(name_, trust_domain.empty() ? "" : "URI:spiffe://" + trust_domain))) {}

  [[nodiscard]] const std::string& pem() const { return root_.pem; }
  // `san` and `purposes` in OpenSSL's words, such as "URI:spiffe://..." and "serverAuth".
  [[nodiscard]] net::PemPair leaf(const std::string& san,
                                  const std::string& purposes = "clientAuth,serverAuth") const {
    const Minted made = mint({.name = "leaf",
                              .alternative = san,
                              .purposes = purposes,
                              .not_before = today() - kDay,
                              .lifetime = 2 * kDay,
                              .serial = ++count()},
                             &root_);
    return {made.pem, made.key_pem};
  }
  // The other's key and name, signed by this one.
  [[nodiscard]] std::string vouch_for(const MeshCa& other) const {
    return mint(as_ca(other.name_, ""), &root_, &other.root_).pem;
  }

 private:
  static constexpr std::chrono::seconds kDay = std::chrono::hours(24);

  static long& count() {
    static long number = 0;
    return number;
  }
  static MintRequest as_ca(const std::string& name, const std::string& alternative) {
    return {.name = name,
            .alternative = alternative,
            .ca = true,
            .not_before = today() - kDay,
            .lifetime = 2 * kDay,
            .serial = ++count()};
  }

  std::string name_;
  Minted root_;
};

}  // namespace gw::testing
