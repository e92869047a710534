#include "proxy/worker.h"

#include <sys/socket.h>
#include <utility>

#include "gateway/refusal.h"
#include "http/head_writer.h"
#include "net/resolver.h"
#include "proxy/prober.h"

namespace gw::proxy {
namespace {

constexpr std::chrono::seconds kSweepEvery{1};

http::HeadLimits head_limits(const gateway::ClientSettings& client) {
  return {.start_line = client.request_line_bytes,
          .field_line = client.header_line_bytes,
          .section = client.header_bytes,
          .fields = client.header_count};
}

PoolOptions pool_options(const gateway::UpstreamSettings& upstream) {
  return {.size = upstream.pool_size.value_or(60),
          .max_requests = upstream.max_requests.value_or(0),
          .idle_timeout = upstream.idle_timeout};
}

}  // namespace

Worker::Worker(Shared& shared, std::size_t number, net::Loop& loop, net::Resolver& resolver,
               Counters& counters, GenerationPtr generation)
    : shared_(shared),
      number_(number),
      loop_(loop),
      counters_(counters),
      rng_(random_seed()),
      workspaces_(head_limits(shared.settings.client)),
      handshakes_(loop, shared.handshakes_each),
      sockets_(std::make_unique<SocketDialer>(loop, buffers_, resolver, shared.log,
                                              pool_options(shared.settings.upstream))),
      dialer_(sockets_.get()) {
  adopt(std::move(generation));
  sweep();
}

Worker::~Worker() = default;

void Worker::listen(int descriptor, const ListenerTraits& traits) {
  traits_.push_back(std::make_unique<ListenerTraits>(traits));
  const ListenerTraits& kept = *traits_.back();
  listeners_.push_back(std::make_unique<net::Listener>(
      loop_, descriptor, [this, &kept](net::Socket socket, const net::Address& peer) {
        accept(std::move(socket), peer, kept);
      }));
}

// The bound that has been reached; 0: none.
std::size_t Worker::full_at() const {
  const std::size_t each = shared_.most_each;
  if (each != 0 && connections_.size() >= each) return each;
  const std::size_t most = shared_.most_connections;
  return most != 0 && shared_.connections.load(std::memory_order_relaxed) >= most ? most : 0;
}

void Worker::accept(net::Socket socket, const net::Address& peer, const ListenerTraits& listener) {
  bump(stats_.accepted);
  if (const std::size_t most = full_at(); most != 0) {
    bump(stats_.refused);
    shared_.log.write_limited(LogLevel::warn, "connections_full", {{"limit", most}});
    if (!listener.tls) turn_away(socket, peer, listener);
    return;
  }
  std::make_shared<ClientConnection>(*this, std::move(socket), peer, listener)->start();
}

// One attempt, without waiting: whoever is turned away may not take up anything more.
void Worker::turn_away(net::Socket& socket, const net::Address& peer,
                       const ListenerTraits& listener) {
  const auto workspace = workspaces_.lend();
  const gateway::RequestView nothing{.head = {},
                                     .peer = {peer.ip, peer.port},
                                     .scheme = gateway::Scheme::http,
                                     .listener_port = listener.port,
                                     .sni = {}};
  const auto answer =
      gateway::refuse(*generation_->snapshot, workspace->scratch, nothing, 503, now(), rng_);
  workspace->out.clear();
  if (!http::write_response(
          workspace->out, *answer.head,
          {http::BodyKind::sized, answer.body.size(), http::Persistence::close})) {
    return;
  }
  workspace->out.append(answer.body);
  static_cast<void>(::send(socket.native_handle(), workspace->out.data(), workspace->out.size(),
                           MSG_NOSIGNAL | MSG_DONTWAIT));
  // Read what has come, or closing would reset the connection and the answer with it.
  char scrap[4096];
  static_cast<void>(::recv(socket.native_handle(), scrap, sizeof scrap, MSG_DONTWAIT));
}

// References that requests hold are counted on a pointer of this worker's own: one counter for all
// workers would travel between the cores with every request.
void Worker::adopt(GenerationPtr generation) {
  const auto own = std::make_shared<const GenerationPtr>(std::move(generation));
  generation_ = GenerationPtr(own, own->get());
  balancers_.configure(*generation_->config);
  counters_.adopt(*generation_);
  if (prober_) prober_->rearm();
}

void Worker::probe_targets() {
  prober_ = std::make_unique<Prober>(loop_, *dialer_, balancers_);
  prober_->rearm();
}

void Worker::on_health(std::function<void(const gateway::HealthEvent&)> tell) {
  balancers_.on_event([this, tell = std::move(tell)](const gateway::HealthEvent& event) {
    if (event.turned) {
      shared_.log.write(LogLevel::warn, event.healthy ? "target_healthy" : "target_unhealthy",
                        {{"target", event.host}, {"port", event.port}});
    }
    tell(event);
  });
}

void Worker::apply(const gateway::HealthEvent& event) {
  balancers_.apply(event);
  if (prober_) prober_->rearm();
}

void Worker::mark(const model::Upstream& upstream, const model::Target& target, bool healthy) {
  balancers_.mark(upstream, target, healthy, now().steady);
  if (prober_) prober_->rearm();
}

bool Worker::is_short_of_memory() const {
  return shared_.most_memory != 0 && buffers_.lent_bytes() > shared_.most_memory;
}

void Worker::add(ClientConnection& connection) {
  connection.slot_ = static_cast<std::uint32_t>(connections_.size());
  connections_.push_back(&connection);
  shared_.connections.fetch_add(1, std::memory_order_relaxed);
  stats_.active.store(connections_.size(), std::memory_order_relaxed);
}

void Worker::remove(ClientConnection& connection) {
  connections_.back()->slot_ = connection.slot_;
  connections_[connection.slot_] = connections_.back();
  connections_.pop_back();
  shared_.connections.fetch_sub(1, std::memory_order_relaxed);
  stats_.active.store(connections_.size(), std::memory_order_relaxed);
  if (draining_) finish_drain();
}

void Worker::sweep() {
  sockets_->pool().sweep(now().steady);
  next_sweep_ = loop_.at(now().steady + kSweepEvery, [this] { sweep(); });
}

// Then nothing is pooled here.
void Worker::use_dialer(Dialer& dialer) {
  dialer_ = &dialer;
  loop_.cancel(next_sweep_);
}

void Worker::drain(std::function<void()> done) {
  draining_ = true;
  drained_ = std::move(done);
  for (const auto& listener : listeners_) listener->finish();
  for (ClientConnection* connection : connections_) connection->drain();
  finish_drain();
}

void Worker::finish_drain() {
  if (!connections_.empty() || !drained_) return;
  const auto done = std::exchange(drained_, nullptr);
  done();
}

void Worker::abort(std::function<void()> done) {
  const std::vector<ClientConnection*> all = connections_;
  for (ClientConnection* connection : all) connection->abort();
  if (prober_) prober_->stop();
  counters_.stop();
  drain(std::move(done));
}

bool Worker::is_idle() const {
  return connections_.empty() && (!prober_ || prober_->is_idle()) && counters_.is_idle();
}

}  // namespace gw::proxy
