// Where the Admin API is served: a thread of its own, so that a large config that is being read
// holds up no request, and no flood of requests the operator.
#pragma once

#include <memory>
#include <thread>
#include <vector>

#include "admin/api.h"
#include "base/clock.h"
#include "base/result.h"
#include "gateway/settings_server.h"
#include "net/http_server.h"
#include "net/listener.h"
#include "net/loop.h"
#include "net/server_tls.h"
#include "proxy/access_log.h"

namespace gw::app {

using ServerTlsPtr = std::shared_ptr<const net::ServerTls>;

class AdminListener {
 public:
  // Takes every address of admin_listen, or none. Who connects waits until start().
  [[nodiscard]] static Result<std::unique_ptr<AdminListener>> bind(
      const gateway::ServerSettings& settings, const Clock& clock);
  ~AdminListener();
  AdminListener(const AdminListener&) = delete;
  AdminListener& operator=(const AdminListener&) = delete;

  // In the order of admin_listen, with the ports that were picked for 0.
  [[nodiscard]] const std::vector<net::Address>& addresses() const { return addresses_; }

  // Once. `node` and `access_log` (nullptr: none) outlive this; `tls` is needed by TLS listeners.
  void start(admin::LiveNode& node, proxy::AccessLog* access_log, ServerTlsPtr tls);
  // For new connections.
  void show(ServerTlsPtr tls);

 private:
  AdminListener(const gateway::ServerSettings& settings, const Clock& clock);
  [[nodiscard]] Result<void> take(const gateway::Listener& listener);
  [[nodiscard]] net::HttpServerOptions options(bool tls);
  [[nodiscard]] net::Task<net::HttpResponse> answer(const net::HttpRequest& request);
  [[nodiscard]] net::HttpResponse refuse(std::uint16_t status, const net::Address& peer);
  void log(proxy::AccessEntry entry, const net::HttpRequest& request);

  gateway::ClientSettings bounds_;
  std::vector<gateway::Listener> listeners_;
  std::vector<int> descriptors_;
  std::vector<net::Address> addresses_;
  ServerTlsPtr tls_;
  proxy::AccessLog* access_log_ = nullptr;
  std::unique_ptr<admin::Api> api_;
  net::Loop loop_;
  std::vector<std::unique_ptr<net::HttpServer>> servers_;
  std::jthread thread_;
};

}  // namespace gw::app
