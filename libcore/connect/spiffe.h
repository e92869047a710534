// SPIFFE identities of Consul Connect's services, as the URI SAN of a leaf carries them.
//
// Sources: SPIFFE-ID 1.0 section 2 (bounds, characters); consul-behaviour.md 3.2 (the path);
// hardening.md S3, S4: an identity is parsed and compared in parts, never by prefix.
#pragma once

#include <cstdint>
#include <string>
#include <string_view>

#include "base/result.h"

namespace gw::connect {

// One service's identity; the parts are decoded.
struct ServiceId {
  std::string trust_domain;  // "1111....consul"; empty only where the parser was told so
  std::string partition;     // empty: none, as everywhere but in Consul Enterprise 1.11+
  std::string ns;            // "default"
  std::string datacenter;
  std::string service;

  // spiffe://TRUST-DOMAIN/ns/NAMESPACE/dc/DATACENTER/svc/SERVICE
  [[nodiscard]] std::string str() const;

  friend bool operator==(const ServiceId&, const ServiceId&) = default;
};

// may_be_empty: spiffe:///ns/... stands for whichever trust domain the caller knows later.
enum class TrustDomain : std::uint8_t { is_named, may_be_empty };

// An Error says what is wrong and shows the expected form; it does not repeat `uri`.
[[nodiscard]] Result<ServiceId> parse_service_id(std::string_view uri,
                                                 TrustDomain domain = TrustDomain::is_named);

// The trust domain of "spiffe://TRUST-DOMAIN", as Consul's roots carry it.
[[nodiscard]] Result<std::string> parse_trust_domain(std::string_view uri);

// Trust domains are compared without regard to case, all else to the letter.
[[nodiscard]] bool same_service(const ServiceId& a, const ServiceId& b);

}  // namespace gw::connect
