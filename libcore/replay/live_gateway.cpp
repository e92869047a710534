#include "replay/live_gateway.h"

#include <algorithm>
#include <csignal>
#include <sys/resource.h>
#include <utility>

#include "gateway/compiled.h"
#include "net/key_pair.h"

namespace gw::replay {
namespace {

constexpr std::size_t kMaxInFlight = 10'000;
// Of listeners, idle connections and the process itself.
constexpr std::size_t kReservedDescriptors = 1024;

// A replay's connections live as long as their scenario, which may take years of its own time.
gateway::ServerSettings bench_settings() {
  gateway::ServerSettings settings;
  settings.client.requests_per_connection = 0;
  settings.client.lifetime = std::chrono::milliseconds{0};
  return settings;
}

Result<net::KeyPairPtr> make_key_pair(WallSeconds now) {
  const auto made = net::make_self_signed("localhost", now);
  if (!made) return std::unexpected(made.error());
  return net::read_key_pair(made->certificate, made->key);
}

std::size_t most_files() {
  rlimit limit{};
  if (::getrlimit(RLIMIT_NOFILE, &limit) != 0) return 0;
  limit.rlim_cur = limit.rlim_max;
  ::setrlimit(RLIMIT_NOFILE, &limit);
  ::getrlimit(RLIMIT_NOFILE, &limit);
  return static_cast<std::size_t>(limit.rlim_cur);
}

}  // namespace

LiveGateway::LiveGateway(LiveBench bench)
    : bench_(std::move(bench)), settings_(bench_settings()), loop_(bench_.start) {}

Result<std::unique_ptr<LiveGateway>> LiveGateway::make(LiveBench bench,
                                                       gateway::SnapshotPtr snapshot) {
  std::unique_ptr<LiveGateway> made(new LiveGateway(std::move(bench)));
  if (auto done = made->set_up(); !done) return std::unexpected(std::move(done.error()));
  if (auto done = made->adopt(std::move(snapshot)); !done) {
    return std::unexpected(std::move(done.error()));
  }
  return made;
}

Result<void> LiveGateway::set_up() {
  std::signal(SIGPIPE, SIG_IGN);  // OpenSSL writes with write(2): a closed peer is an error there
  auto pair = make_key_pair(whole_seconds(bench_.start));
  if (!pair) return std::unexpected(std::move(pair.error()));
  key_pair_ = std::move(*pair);
  tickets_ = std::make_shared<net::TicketKeys>();
  // The stubs' certificate is nobody's: a scenario tells by `fail: tls` which handshakes fail.
  auto trusting = net::ClientTls::create({.verify = false});
  if (!trusting) return std::unexpected(std::move(trusting.error()));
  trusting_ = std::move(*trusting);
  auto shown = net::ServerTls::create({.fallback = key_pair_, .tickets = tickets_});
  if (!shown) return std::unexpected(std::move(shown.error()));
  auto log = proxy::Log::open(loop_.clock(), proxy::LogLevel::emerg, "");
  if (!log) return std::unexpected(std::move(log.error()));
  log_ = std::move(*log);
  net::ResolverOptions nothing;  // is resolved: the dialer knows where the stubs are
  nothing.hosts_file.clear();
  auto resolver = net::Resolver::create(loop_.loop(), nothing);
  if (!resolver) return std::unexpected(std::move(resolver.error()));
  resolver_ = std::move(*resolver);
  stubs_ = std::make_unique<LiveStubs>(loop_, bench_.stubs, std::move(*shown));
  client_ = std::make_unique<LiveClient>(loop_, trusting_);
  return {};
}

LiveGateway::~LiveGateway() {
  if (client_) client_->close();
  std::size_t ended = 0;
  for (auto& [number, node] : nodes_) node.worker().abort([&ended] { ++ended; });
  if (stubs_) stubs_->close();
  // Whatever waited on a connection ends here, while what it uses is still there.
  loop_.run_out([&] { return ended == nodes_.size() && (!stubs_ || stubs_->is_idle()); });
}

Result<void> LiveGateway::adopt(gateway::SnapshotPtr snapshot) {
  auto generation = std::make_shared<proxy::Generation>();
  generation->config = &snapshot->config;
  generation->snapshot = std::move(snapshot);
  for (const model::Service& service : generation->config->services) {
    generation->upstream_tls.emplace(&service, trusting_);
  }
  auto listener = net::ServerTls::create({.certificates = generation->config->certificates,
                                          .fallback = key_pair_,
                                          .tickets = tickets_});
  if (!listener) return std::unexpected(std::move(listener.error()));
  generation->listener_tls = std::move(*listener);
  generation_ = std::move(generation);
  for (auto& [number, node] : nodes_) node.worker().adopt(generation_);
  return {};
}

LiveNode& LiveGateway::node(std::uint32_t number) {
  const auto found = nodes_.find(number);
  if (found != nodes_.end()) return found->second;
  const LiveSurroundings around{.loop = loop_,
                                .resolver = *resolver_,
                                .stubs = *stubs_,
                                .observer = *client_,
                                .log = *log_,
                                .clock = loop_.clock(),
                                .settings = settings_};
  LiveNode& made =
      nodes_.try_emplace(number, around, bench_.counters(number), generation_).first->second;
  made.worker().rng() = bench_.ids;
  return made;
}

Result<std::uint16_t> LiveGateway::port_of(std::uint32_t number, gateway::Scheme scheme) {
  const bool tls = scheme == gateway::Scheme::https;
  return node(number).listen(
      {.port = tls ? bench_.https_port : bench_.http_port, .tls = tls, .proxy_protocol = true});
}

std::size_t LiveGateway::capacity() {
  static const std::size_t files = most_files();
  if (files <= kReservedDescriptors) return 16;
  return std::clamp<std::size_t>((files - kReservedDescriptors) / 4, 16, kMaxInFlight);
}

}  // namespace gw::replay
