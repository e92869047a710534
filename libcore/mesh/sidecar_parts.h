// A sidecar's two kinds of listener, and what they share.
#pragma once

#include <chrono>
#include <memory>
#include <set>
#include <string>
#include <string_view>
#include <utility>

#include "mesh/sidecar.h"
#include "mesh/sidecar_tls.h"
#include "net/buffer.h"
#include "net/listener.h"
#include "net/tunnel.h"

namespace gw::mesh {

inline constexpr std::chrono::seconds kConnectTime{1};  // consul-behaviour.md 5.1
inline constexpr std::chrono::hours kTunnelIdle{1};     // Envoy's tcp_proxy

struct SidecarCore {
  SidecarCore(State& its_state, SidecarOptions its_options)
      : state(its_state),
        options(std::move(its_options)),
        tls(state, options.service, options.denial) {}

  void report(std::string_view what) const;  // "web: ..."

  State& state;
  SidecarOptions options;
  SidecarCounts counts;
  SidecarTls tls;
  net::BufferPool buffers;
};

// Demands mTLS, asks the intentions, and forwards to the application.
class PublicListener {
 public:
  // Takes the descriptor. `core` outlives it.
  PublicListener(SidecarCore& core, int descriptor);
  ~PublicListener();
  PublicListener(const PublicListener&) = delete;
  PublicListener& operator=(const PublicListener&) = delete;

  // Resets the running connections that an intention denies now.
  void cut_denied();

 private:
  class Connection;

  SidecarCore& core_;
  std::set<Connection*> running_;
  std::size_t open_ = 0;
  net::Listener listener_;
};

// Dials another service's sidecar for each connection that it accepts.
class UpstreamListener {
 public:
  UpstreamListener(SidecarCore& core, std::string destination, int descriptor);
  ~UpstreamListener();
  UpstreamListener(const UpstreamListener&) = delete;
  UpstreamListener& operator=(const UpstreamListener&) = delete;

 private:
  class Connection;

  SidecarCore& core_;
  std::string destination_;
  std::size_t open_ = 0;
  net::Listener listener_;
};

}  // namespace gw::mesh
