// Whether a certificate is that of one of the Connect services that an upstream may be.
//
// The URI SAN alone decides (hardening.md S3): names, the CN and further kinds of SAN do not count.
#pragma once

#include <string>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "connect/spiffe.h"
#include "net/openssl.h"

namespace gw::net {

using ServiceIds = std::vector<connect::ServiceId>;

// An Error names the URI that is not the identity of a Connect service.
[[nodiscard]] Result<ServiceIds> read_service_ids(const std::vector<std::string>& uris);

// The URI SANs of a certificate, in its order.
[[nodiscard]] std::vector<std::string> uri_names(const X509* certificate);

// Empty when `certificate` has exactly one URI SAN, which is one of `expected`; else why not:
// "the upstream is spiffe://..., not spiffe://...".
[[nodiscard]] std::string identity_mismatch(const X509* certificate, const ServiceIds& expected);

[[nodiscard]] bool has_expired(const X509* certificate, WallSeconds now);

}  // namespace gw::net
