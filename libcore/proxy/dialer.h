// Connections to upstreams: from the pool, or resolved, connected and with TLS shaken hands.
#pragma once

#include <expected>
#include <memory>
#include <optional>

#include "gateway/exchange.h"
#include "net/buffer.h"
#include "net/loop.h"
#include "proxy/generation.h"
#include "proxy/log.h"
#include "proxy/upstream_pool.h"

namespace gw::net {
class Resolver;
}

namespace gw::proxy {

// The seam at which a live replay puts stub upstreams.
class Dialer {
 public:
  Dialer() = default;
  Dialer(const Dialer&) = delete;
  Dialer& operator=(const Dialer&) = delete;
  virtual ~Dialer() = default;

  using Connection = std::unique_ptr<UpstreamConnection>;
  using Dialled = std::expected<Connection, gateway::AttemptError>;

  // `tls`: how to speak it, where the attempt wants it.
  // One that is ready; nullptr: dial.
  [[nodiscard]] virtual Connection idle(const gateway::Try& attempt, const ClientTlsPtr& tls) = 0;
  [[nodiscard]] virtual net::Task<Dialled> dial(gateway::Try attempt, ClientTlsPtr tls) = 0;
  // Back from a request, in a clean state.
  virtual void put(Connection connection) = 0;
};

class SocketDialer final : public Dialer {
 public:
  SocketDialer(net::Loop& loop, net::BufferPool& buffers, net::Resolver& resolver, Log& log,
               const PoolOptions& options)
      : loop_(loop), buffers_(buffers), resolver_(resolver), log_(log), pool_(options) {}

  Connection idle(const gateway::Try& attempt, const ClientTlsPtr& tls) override;
  net::Task<Dialled> dial(gateway::Try attempt, ClientTlsPtr tls) override;
  void put(Connection connection) override;
  [[nodiscard]] UpstreamPool& pool() { return pool_; }

 private:
  using Found = std::expected<net::Address, gateway::AttemptError>;
  [[nodiscard]] std::optional<IpAddress> known_address(std::string_view host);
  [[nodiscard]] net::Task<Found> find_address(gateway::Target target);
  [[nodiscard]] net::Task<Dialled> connect(net::Address address, SteadyTime deadline);
  [[nodiscard]] net::Task<bool> shake_hands(UpstreamConnection& connection,
                                            const net::ClientTls& tls, const gateway::Try& attempt);

  net::Loop& loop_;
  net::BufferPool& buffers_;
  net::Resolver& resolver_;
  Log& log_;
  UpstreamPool pool_;
  std::uint32_t turn_ = 0;  // among the addresses of a name
  std::string literal_;     // the address that was parsed last
  IpAddress literal_address_;
};

}  // namespace gw::proxy
