#include "replay/live_node.h"

#include <utility>

namespace gw::replay {

LiveNode::LiveNode(const LiveSurroundings& around, std::unique_ptr<proxy::Counters> counters,
                   proxy::GenerationPtr generation)
    : counters_(std::move(counters)),
      shared_{.clock = around.clock, .settings = around.settings, .log = around.log},
      dialer_(around.loop, around.resolver, around.log, around.stubs),
      worker_(std::make_unique<proxy::Worker>(shared_, 0, around.loop.loop(), around.resolver,
                                              *counters_, std::move(generation))) {
  worker_->use_dialer(dialer_);
  worker_->observe(around.observer);
}

Result<std::uint16_t> LiveNode::listen(const proxy::ListenerTraits& traits) {
  auto& port = traits.tls ? secure_ : plain_;
  if (port) return *port;
  const auto descriptor = net::listen_on({IpAddress::loopback(), 0}, {});
  if (!descriptor) return std::unexpected(descriptor.error());
  port = net::local_address(*descriptor).port;
  worker_->listen(*descriptor, traits);
  return *port;
}

}  // namespace gw::replay
