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
};

// Whom a connection is meant for.
struct TlsPeer {
  std::string_view name;    // asked for by SNI and verified; an IP address is verified only
  std::string_view origin;  // "host:port" as dialled: sessions are resumed with no other
};

class ClientTls {
 public:
  [[nodiscard]] static Result<std::shared_ptr<const ClientTls>> create(
      const ClientTlsOptions& options);

  // For one connection, ready to connect; certificates are judged at `now`.
  [[nodiscard]] Result<SslHandle> session(const TlsPeer& peer, WallSeconds now) const;

 private:
  explicit ClientTls(SslContextPtr context, bool verify);
  [[nodiscard]] bool resume(SSL* ssl, const TlsPeer& peer) const;

  SslContextPtr context_;
  std::shared_ptr<SessionCache> sessions_;
  bool verify_ = true;
};

// Why the peer's certificate was not accepted, after a handshake that failed; "" when it was not
// that.
[[nodiscard]] std::string verify_failure(const ssl_st* ssl);

}  // namespace gw::net
