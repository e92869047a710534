// Two TLS ends in one thread, joined in memory; and certificates to try them with.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <utility>

#include "net/client_tls.h"
#include "net/key_pair.h"
#include "net/server_tls.h"
#include "net/stream.h"

namespace gw::testing {

// A moment within the life of what certificate_for() makes.
[[nodiscard]] WallSeconds today();
[[nodiscard]] net::PemPair certificate_for(std::string_view host);
[[nodiscard]] net::KeyPairPtr pair_for(std::string_view host);
// Without certificates but the fallback for "fallback.test".
[[nodiscard]] std::shared_ptr<const net::ServerTls> plain_server(
    std::shared_ptr<net::TicketKeys> tickets = nullptr);

struct TlsPair {
  net::SslHandle client;
  net::SslHandle server;

  // Joins both by pipes in memory.
  TlsPair(net::SslHandle client_end, net::SslHandle server_end);
  // Shakes hands and exchanges a byte each way (tickets of TLS 1.3 come after); false when either
  // end fails.
  [[nodiscard]] bool shake();
  [[nodiscard]] std::string client_saw() const;  // the CN of the server's certificate
};

}  // namespace gw::testing
