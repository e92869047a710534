// TLS as a client of upstreams: whom to trust, what to show, which name to insist on.
//
// One ClientTls a policy (a service's TLS fields), shared by all workers; sessions that upstreams
// hand out are resumed within the policy that verified them, and never across.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "base/secret.h"
#include "net/openssl.h"

namespace gw::connect {
struct ServiceId;
}

namespace gw::net {

struct SslFree;  // net/stream.h
using SslHandle = std::unique_ptr<ssl_st, SslFree>;
class SessionCache;

enum class TlsVersion : std::uint8_t { tls1_2, tls1_3 };

struct ClientTlsOptions {
  bool verify = true;
  int depth = 1;  // intermediates allowed below the root; 1 is nginx's proxy_ssl_verify_depth
  std::vector<std::string> ca_pems{};  // trusted, also when they are no roots; empty: the system's
  std::string client_certificate{};    // PEM, leaf first; empty: none is shown
  Secret client_key{};                 // PEM
  TlsVersion min_version = TlsVersion::tls1_2;
  // SPIFFE URIs of Connect services, trust domain included. Where there are any, the certificate
  // has to lead to ca_pems and to be one of theirs; names are not compared then.
  std::vector<std::string> peer_uris{};
  // Accepted beside TlsPeer::name; in its place where that is an IP address.
  std::vector<std::string> peer_dnsnames{};
};

// Whom a connection is meant for.
struct TlsPeer {
  // Asked for by SNI and verified; an IP address is verified only. May be empty with peer_uris.
  std::string_view name;
  std::string_view origin;  // "host:port" as dialled: sessions are resumed with no other
};

class ClientTls {
 public:
  [[nodiscard]] static Result<std::shared_ptr<const ClientTls>> create(
      const ClientTlsOptions& options);

  // For one connection, ready to connect; certificates are judged at `now`.
  [[nodiscard]] Result<SslHandle> session(const TlsPeer& peer, WallSeconds now) const;

 private:
  using Identities = std::shared_ptr<const std::vector<connect::ServiceId>>;

  ClientTls(SslContextPtr context, const ClientTlsOptions& options, Identities identities);
  [[nodiscard]] bool insist_on_name(SSL* ssl, std::string_view name, bool is_ip) const;
  [[nodiscard]] bool resume(SSL* ssl, const TlsPeer& peer, WallSeconds now) const;
  [[nodiscard]] bool may_resume(const SSL_SESSION* session, WallSeconds now) const;

  SslContextPtr context_;
  std::shared_ptr<SessionCache> sessions_;
  bool verify_ = true;
  Identities identities_;  // nullptr: names are compared
  std::vector<std::string> dnsnames_;
};

// Why the peer's certificate was not accepted, after a handshake that failed; "" when it was not
// that.
[[nodiscard]] std::string verify_failure(const ssl_st* ssl);

}  // namespace gw::net
