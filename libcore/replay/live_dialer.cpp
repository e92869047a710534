#include "replay/live_dialer.h"

#include <memory>
#include <utility>

namespace gw::replay {
namespace {

LiveTarget target_of(const gateway::Try& attempt) {
  return {.host = std::string(attempt.target.host),
          .port = attempt.target.port,
          .service = attempt.service != nullptr ? attempt.service->name : std::string(),
          .tls = attempt.tls};
}

gateway::Try led_to(const gateway::Try& attempt, std::uint16_t port) {
  gateway::Try led = attempt;
  led.target = {"127.0.0.1", port, 0};
  return led;
}

// Lives as long as the gateway's end of a connection.
struct GatewayEnd {
  GatewayEnd(LiveLinePtr shared, proxy::ClientTlsPtr spoken)
      : line(std::move(shared)), tls(std::move(spoken)) {}
  ~GatewayEnd() { line->drop(); }
  GatewayEnd(const GatewayEnd&) = delete;
  GatewayEnd& operator=(const GatewayEnd&) = delete;

  LiveLinePtr line;
  proxy::ClientTlsPtr tls;
};

}  // namespace

// Connections stay from before a stub was told to fail: those are not for use.
proxy::Dialer::Connection LiveDialer::idle(const gateway::Try& attempt,
                                           const proxy::ClientTlsPtr& tls) {
  const LiveTarget target = target_of(attempt);
  if (!stubs_.takes_connections(target)) return nullptr;
  const auto port = stubs_.port_of(target);
  return port ? sockets_.idle(led_to(attempt, *port), tls) : nullptr;
}

net::Task<proxy::Dialer::Dialled> LiveDialer::dial(gateway::Try attempt, proxy::ClientTlsPtr tls) {
  const auto port = stubs_.port_of(target_of(attempt));
  if (!port) co_return std::unexpected(port.error());
  auto dialled = co_await sockets_.dial(led_to(attempt, *port), tls);
  if (!dialled) co_return dialled;
  boost::system::error_code ignored;
  const auto here = (*dialled)->stream.socket().local_endpoint(ignored);
  (*dialled)->tls_owner = std::make_shared<GatewayEnd>(stubs_.line(here.port()), std::move(tls));
  co_return dialled;
}

}  // namespace gw::replay
