// TLS as a server: which certificate, which versions, which tickets (RFC 8446, RFC 9325).
//
// Immutable and shared by all workers. A reload makes a new one; connections that stand keep what
// they were made from, so that the object itself may go at any time.
#pragma once

#include <memory>
#include <span>
#include <string_view>
#include <utility>

#include "base/result.h"
#include "model/entities.h"
#include "net/key_pair.h"
#include "net/openssl.h"
#include "net/ticket_keys.h"

namespace gw::net {

struct SslFree;  // net/stream.h
using SslHandle = std::unique_ptr<ssl_st, SslFree>;

struct ServerTlsInput {
  std::span<const model::Certificate> certificates{};  // those with server names are used
  KeyPairPtr fallback{};                               // ssl_cert and ssl_cert_key, or self-signed
  std::shared_ptr<TicketKeys> tickets{};  // hand the same ones on to keep sessions over a reload
};

class ServerTls {
 public:
  [[nodiscard]] static Result<std::shared_ptr<const ServerTls>> create(const ServerTlsInput& input);

  // For one connection, ready to accept.
  [[nodiscard]] Result<SslHandle> session() const;

 private:
  explicit ServerTls(SslContextPtr context) : context_(std::move(context)) {}
  SslContextPtr context_;
};

// The server name that the client sent, as it sent it ("" for none): any octets but NUL, at most
// 255. Lives as long as the connection.
[[nodiscard]] std::string_view sni_of(const ssl_st* ssl);

}  // namespace gw::net
