// A worker's counters: those in memory for all workers together, those in Redis over connections of
// its own.
#pragma once

#include <cstddef>
#include <memory>
#include <optional>
#include <span>
#include <utility>
#include <vector>

#include "limit/memory_store.h"
#include "limit/synced_store.h"
#include "net/buffer.h"
#include "proxy/counters.h"
#include "proxy/redis_store.h"
#include "proxy/store_watch.h"
#include "proxy/synced_stores.h"

namespace gw::proxy {

// What the workers of a process have in common. Counters survive reloads.
struct SharedStores {
  explicit SharedStores(Log& log) : watch(log) {}
  limit::MemoryStore memory;
  SyncedStores synced;
  StoreWatch watch;
};

class WorkerCounters final : public Counters {
 public:
  // All outlive it.
  WorkerCounters(net::Loop& loop, net::Resolver& resolver, SharedStores& shared);
  ~WorkerCounters() override;

  [[nodiscard]] std::optional<Asked> charge(const gateway::Store& store,
                                            std::span<const limit::Charge> charges, WallTime now,
                                            std::span<limit::Reading> out) override;
  [[nodiscard]] net::Task<Asked> ask(const gateway::Store& store,
                                     std::span<const limit::Charge> charges, WallTime now,
                                     std::span<limit::Reading> out) override;
  void adopt(const Generation& generation) override;
  void stop() override;
  [[nodiscard]] bool is_idle() const override;

 private:
  // A Redis, and with sync_rate what is counted here before it is counted there.
  struct Backend {
    gateway::Store of;
    std::shared_ptr<RedisStore> redis;
    std::shared_ptr<limit::SyncedStore> synced;  // nullptr: every request asks
    std::optional<Timers::Id> next_push;
    bool is_dropped = false;  // the current generation does not name it
    SteadyTime kept_until{};  // of one that is dropped
  };
  using BackendPtr = std::shared_ptr<Backend>;

  void add(const gateway::Store& store, const ClientTlsPtr& tls);
  // nullptr: of a request that is older than all that is kept.
  [[nodiscard]] const BackendPtr* backend(const gateway::Store& store);
  void drop(std::vector<BackendPtr> backends);
  void let_go_later();
  void let_go();
  [[nodiscard]] net::Task<Asked> ask_synced(BackendPtr backend,
                                            std::span<const limit::Charge> charges, WallTime now,
                                            std::span<limit::Reading> out);
  void arm(const BackendPtr& backend);
  void push_now(const BackendPtr& backend);
  [[nodiscard]] net::Task<void> push(BackendPtr backend, std::shared_ptr<const void> token);

  net::Loop& loop_;
  net::Resolver& resolver_;
  SharedStores& shared_;
  net::BufferPool buffers_;
  std::shared_ptr<const void> token_ = std::make_shared<int>(0);  // held by whatever runs here
  bool stopped_ = false;
  std::vector<BackendPtr> backends_;
  // Of what older generations' requests may still ask: TLS and password are those they began with.
  std::vector<BackendPtr> dropped_;
  std::optional<Timers::Id> letting_go_;
  std::vector<std::weak_ptr<const gateway::Snapshot>> generations_;  // the last is the current one
  // By the addresses of the stores in the current generation, and in older ones where it has the
  // same.
  std::vector<std::pair<const gateway::Store*, BackendPtr>> known_;
};

}  // namespace gw::proxy
