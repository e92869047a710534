// Everything that one load of the configuration yields: immutable, shared by all workers and
// replaced whole. A request keeps the one that it began with.
#pragma once

#include <memory>
#include <string>
#include <unordered_map>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "base/secret.h"
#include "gateway/settings.h"
#include "gateway/settings_server.h"
#include "gateway/snapshot.h"
#include "gateway/store.h"
#include "model/entities.h"

namespace gw::net {
class ClientTls;
class ServerTls;
class TicketKeys;
struct KeyPair;
}  // namespace gw::net

namespace gw::proxy {

using ClientTlsPtr = std::shared_ptr<const net::ClientTls>;

struct Generation {
  gateway::SnapshotPtr snapshot;
  const model::Config* config = nullptr;  // the snapshot's
  std::shared_ptr<const net::ServerTls> listener_tls;
  // How to speak TLS to an upstream, by the service; those without an entry speak plainly.
  std::unordered_map<const model::Service*, ClientTlsPtr> upstream_tls;

  // How to speak TLS to a store of counters; those without an entry speak plainly.
  std::unordered_map<const gateway::Store*, ClientTlsPtr> store_tls;

  [[nodiscard]] ClientTlsPtr tls_of(const model::Service* service) const {
    const auto found = upstream_tls.find(service);
    return found == upstream_tls.end() ? nullptr : found->second;
  }
};
using GenerationPtr = std::shared_ptr<const Generation>;

// What stays the same from load to load.
struct TlsMaterial {
  std::shared_ptr<const net::KeyPair> fallback;  // shown where no SNI matches; nullptr: no listener
  std::shared_ptr<const net::KeyPair> admin;     // of the Admin API; nullptr: it speaks no TLS
  std::shared_ptr<net::TicketKeys> tickets;
  std::string client_certificate;    // shown to upstreams (client_ssl), PEM; empty: none
  Secret client_key;                 // PEM
  std::vector<std::string> trusted;  // PEM texts; none: the system's
  int verify_depth = 1;
};

// An Error names the entity whose certificate, key or route cannot be used.
[[nodiscard]] Result<GenerationPtr> make_generation(model::Config config,
                                                    const gateway::Settings& settings,
                                                    const TlsMaterial& tls);

}  // namespace gw::proxy
