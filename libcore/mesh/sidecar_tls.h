// A sidecar's TLS, towards those who call it and those whom it calls, kept in step with the mesh's
// roots and the service's leaf (consul-behaviour.md 3.3).
#pragma once

#include <cstdint>
#include <map>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "mesh/state.h"
#include "mesh/topology.h"
#include "net/client_tls.h"
#include "net/listener.h"
#include "net/openssl.h"

namespace gw::mesh {

// Who calls, as the handshake finds out.
struct Visitor {
  std::string source;   // the service; empty: it is nobody of the mesh
  std::string problem;  // why the handshake was refused
  bool denied = false;  // it was, by an intention
};

// On its loop's thread alone; outlives the handshakes of its sessions.
class SidecarTls {
 public:
  // denial: with Denial::alert the handshake itself asks the intentions.
  SidecarTls(State& state, std::string service, Denial denial);
  SidecarTls(const SidecarTls&) = delete;
  SidecarTls& operator=(const SidecarTls&) = delete;

  // After a change of any kind: takes up new roots and a new leaf. On an Error sessions go on with
  // what there was.
  [[nodiscard]] Result<void> refresh();

  // For a caller, which has to show a certificate of this mesh for clients (else alert 42,
  // bad_certificate; OpenSSL has its own alert for none). Nothing is resumed: each connection is
  // judged anew. `visitor` outlives the handshake.
  [[nodiscard]] Result<net::SslHandle> accept(Visitor& visitor);
  // For a call to the sidecar of `destination` at `to`, which has to be that very service.
  [[nodiscard]] Result<net::SslHandle> dial(const std::string& destination, const net::Address& to);

 private:
  // What contexts are made from; compared to see whether it has changed.
  struct Material {
    std::uint64_t leaf_index = 0;
    std::string serial;
    std::vector<std::string> root_ids;
    friend bool operator==(const Material&, const Material&) = default;
  };
  using ClientPtr = std::shared_ptr<const net::ClientTls>;

  static int verify(X509_STORE_CTX* store, void* self);
  [[nodiscard]] std::string judge(X509_STORE_CTX* store, Visitor& visitor) const;
  [[nodiscard]] Result<net::SslContextPtr> make_server(const IssuedLeaf& leaf);
  [[nodiscard]] Result<ClientPtr> client_for(const std::string& destination);

  State& state_;
  std::string service_;
  Denial denial_;
  Material material_;
  IssuedLeaf leaf_;
  net::SslContextPtr server_;
  std::map<std::string, ClientPtr, std::less<>> clients_;  // by destination, made when needed
};

}  // namespace gw::mesh
