// Who a service's upstream may be (tls_sans), completed by what the trusted CAs say.
#pragma once

#include "base/result.h"
#include "model/entities.h"
#include "net/client_tls.h"

namespace gw::proxy {

// Fills peer_uris and peer_dnsnames in, and the depth that chains of a mesh need unless the service
// has one; ca_pems must be there. An Error says which CA certificate or trust domain is missing.
[[nodiscard]] Result<void> add_peer_names(const model::Service& service,
                                          net::ClientTlsOptions& options);

}  // namespace gw::proxy
