// One worker: a thread's loop with its listeners, connections, upstream pools and balancers.
#pragma once

#include <atomic>
#include <cstdint>
#include <functional>
#include <memory>
#include <string>
#include <vector>

#include "base/rng.h"
#include "gateway/balancer.h"
#include "gateway/settings_server.h"
#include "net/buffer.h"
#include "net/listener.h"
#include "net/loop.h"
#include "proxy/access_log.h"
#include "proxy/client_connection.h"
#include "proxy/counters.h"
#include "proxy/dialer.h"
#include "proxy/generation.h"
#include "proxy/handshakes.h"
#include "proxy/log.h"
#include "proxy/observer.h"
#include "proxy/workspace.h"

namespace gw::net {
class Resolver;
}

namespace gw::proxy {

class Prober;

// What all workers of a server use together.
struct Shared {
  const Clock& clock;
  const gateway::ServerSettings& settings;
  Log& log;
  AccessLog* access_log = nullptr;   // nullptr: none is kept
  std::size_t most_connections = 0;  // of clients; 0: any
  std::size_t most_each = 0;         // of clients, of one worker; 0: any
  std::size_t handshakes_each = 128;
  std::uint64_t most_memory = 0;  // of buffers, in bytes; 0: any
  std::atomic<std::size_t> connections{0};
};

// Sums for /status, written by their worker and read by anybody.
struct WorkerStats {
  std::atomic<std::uint64_t> accepted{0};
  std::atomic<std::uint64_t> refused{0};  // over a cap
  std::atomic<std::uint64_t> requests{0};
  std::atomic<std::uint64_t> active{0};  // connections
  std::atomic<std::uint64_t> busy{0};    // of these, with a request under way
};

class Worker {
 public:
  Worker(Shared& shared, std::size_t number, net::Loop& loop, net::Resolver& resolver,
         Counters& counters, GenerationPtr generation);
  ~Worker();
  Worker(const Worker&) = delete;
  Worker& operator=(const Worker&) = delete;

  // Takes the descriptor.
  void listen(int descriptor, const ListenerTraits& traits);
  // For a live replay: instead of sockets to upstreams, and whom to tell. Before the first
  // connection; both outlive the worker.
  void use_dialer(Dialer& dialer);
  void observe(Observer& observer) { observer_ = &observer; }

  // On the worker's own thread:
  void adopt(GenerationPtr generation);
  // No more connections are taken; those that are idle close, the others after their request.
  // `done` is called when none is left.
  void drain(std::function<void()> done);
  // Resets whatever is under way; `done` as with drain().
  void abort(std::function<void()> done);
  [[nodiscard]] bool is_idle() const;
  void apply(const gateway::HealthEvent& event);
  void mark(const model::Upstream& upstream, const model::Target& target, bool healthy);
  // Active health checks are made here; on one worker of a server.
  void probe_targets();
  // What is seen here and has to reach the other workers.
  void on_health(std::function<void(const gateway::HealthEvent&)> tell);

  [[nodiscard]] const WorkerStats& stats() const { return stats_; }

  // For connections and transactions.
  [[nodiscard]] net::Loop& loop() { return loop_; }
  [[nodiscard]] Instant now() const { return loop_.now(); }
  [[nodiscard]] net::BufferPool& buffers() { return buffers_; }
  [[nodiscard]] WorkspacePool& workspaces() { return workspaces_; }
  [[nodiscard]] const GenerationPtr& generation() const { return generation_; }
  [[nodiscard]] gateway::Balancers& balancers() { return balancers_; }
  [[nodiscard]] Counters& counters() { return counters_; }
  [[nodiscard]] Dialer& dialer() { return *dialer_; }
  [[nodiscard]] Observer* observer() { return observer_; }  // nullptr: nobody looks on
  [[nodiscard]] Rng& rng() { return rng_; }
  [[nodiscard]] const gateway::ClientSettings& bounds() const { return shared_.settings.client; }
  [[nodiscard]] bool draining() const { return draining_; }
  [[nodiscard]] bool is_short_of_memory() const;
  void add(ClientConnection& connection);
  void remove(ClientConnection& connection);
  void note_request() { bump(stats_.requests); }
  void note_busy(bool busy) {
    stats_.busy.store(
        stats_.busy.load(std::memory_order_relaxed) + (busy ? std::uint64_t{1} : ~std::uint64_t{0}),
        std::memory_order_relaxed);
  }
  [[nodiscard]] Handshakes& handshakes() { return handshakes_; }
  [[nodiscard]] bool logs_access() const { return shared_.access_log != nullptr; }
  void log_access(const AccessEntry& entry) { shared_.access_log->write(number_, entry); }
  [[nodiscard]] Log& log() { return shared_.log; }

 private:
  static void bump(std::atomic<std::uint64_t>& sum) {
    sum.store(sum.load(std::memory_order_relaxed) + 1, std::memory_order_relaxed);
  }
  [[nodiscard]] std::size_t full_at() const;
  void accept(net::Socket socket, const net::Address& peer, const ListenerTraits& listener);
  void turn_away(net::Socket& socket, const net::Address& peer, const ListenerTraits& listener);
  void sweep();
  void finish_drain();

  Shared& shared_;
  std::size_t number_;
  net::Loop& loop_;
  Counters& counters_;
  Rng rng_;
  net::BufferPool buffers_;
  WorkspacePool workspaces_;
  Handshakes handshakes_;
  GenerationPtr generation_;
  gateway::Balancers balancers_;
  std::unique_ptr<SocketDialer> sockets_;
  Dialer* dialer_ = nullptr;
  Observer* observer_ = nullptr;
  Timers::Id next_sweep_;
  std::unique_ptr<Prober> prober_;
  std::vector<std::unique_ptr<ListenerTraits>> traits_;
  std::vector<std::unique_ptr<net::Listener>> listeners_;
  std::vector<ClientConnection*> connections_;
  bool draining_ = false;
  std::function<void()> drained_;
  WorkerStats stats_;
};

}  // namespace gw::proxy
