// The gateway as a server: listeners and workers, and what is done to all of them at once.
//
// start() binds everything or nothing. reload() and drain() are called by one thread at a time, and
// generation() beside them by none; the others by any thread.
#pragma once

#include <cstdint>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <thread>
#include <vector>

#include "base/clock.h"
#include "base/result.h"
#include "gateway/balancer.h"
#include "gateway/settings_server.h"
#include "net/listener.h"
#include "net/loop.h"
#include "proxy/access_log.h"
#include "proxy/generation.h"
#include "proxy/log.h"
#include "proxy/worker.h"
#include "proxy/worker_counters.h"

namespace gw::proxy {

// Sums over all workers since the start.
struct ServerStatus {
  std::uint64_t accepted = 0;
  std::uint64_t refused = 0;
  std::uint64_t requests = 0;
  std::uint64_t active = 0;  // connections of clients
  std::uint64_t busy = 0;    // of these, with a request under way
};

// A target, with what keeps it in being.
struct TargetOf {
  GenerationPtr generation;
  const model::Upstream* upstream = nullptr;
  const model::Target* target = nullptr;
};

class Server {
 public:
  // `clock`, `log` and `access_log` (nullptr: none) outlive the server. An Error says which
  // listener could not be had and why.
  [[nodiscard]] static Result<std::unique_ptr<Server>> start(const Clock& clock,
                                                             gateway::ServerSettings settings,
                                                             GenerationPtr generation, Log& log,
                                                             AccessLog* access_log);
  // Ends at once; drain() before, to let requests finish.
  ~Server();
  Server(const Server&) = delete;
  Server& operator=(const Server&) = delete;

  // In the order of proxy_listen, with the ports that were picked for 0.
  [[nodiscard]] const std::vector<net::Address>& addresses() const { return addresses_; }
  // New requests go by `generation`; those under way keep theirs.
  void reload(GenerationPtr generation);
  [[nodiscard]] GenerationPtr generation() const { return generation_; }
  // No more connections are taken; `done` is called, on some worker's thread, when the last one has
  // ended.
  void drain(std::function<void()> done);
  [[nodiscard]] ServerStatus status() const;
  // Whether every worker has got round to something since the last call. Waits for nobody.
  [[nodiscard]] bool is_alive();
  // Of a target as `of` has it. Asks the worker that probes; nullopt: it has not answered in time.
  [[nodiscard]] std::optional<gateway::TargetStatus> health(const TargetOf& of);
  // A Redis that is out of reach though some plugin of the generation cannot do without it, by its
  // name for people; empty: none.
  [[nodiscard]] std::string missing_store(const Generation& generation) const;
  // By hand, on every worker, soon.
  void mark(const TargetOf& of, bool healthy);

 private:
  struct Thread;
  Server(const Clock& clock, gateway::ServerSettings settings, GenerationPtr generation, Log& log,
         AccessLog* access_log);
  Result<void> listen(std::size_t workers);
  Result<void> add_workers(std::size_t workers);
  void run_workers();

  gateway::ServerSettings settings_;
  GenerationPtr generation_;
  SharedStores stores_;
  Shared shared_;
  std::vector<net::Address> addresses_;
  std::vector<std::vector<int>> descriptors_;  // by listener and worker, until a worker has them
  std::vector<std::unique_ptr<Thread>> threads_;
};

// As many workers as the settings say, or one a core.
[[nodiscard]] std::size_t worker_count(const gateway::ServerSettings& settings);

}  // namespace gw::proxy
