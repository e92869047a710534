// The certificates and keys that a server shows and trusts, made of its settings.
#pragma once

#include "base/clock.h"
#include "base/result.h"
#include "gateway/settings_server.h"
#include "proxy/generation.h"

namespace gw::proxy {

// Of settings that load_files() has gone through. Where a TLS listener has no ssl_cert, a
// certificate is generated, as Kong does. `before` (nullptr: none) is the material of the load
// before: its ticket keys and its generated certificate stay.
[[nodiscard]] Result<TlsMaterial> make_tls_material(const gateway::ServerSettings& settings,
                                                    const TlsMaterial* before, WallSeconds now);

}  // namespace gw::proxy
