#include "proxy/worker_counters.h"

#include <algorithm>
#include <chrono>
#include <utility>

#include <boost/asio/co_spawn.hpp>
#include <boost/asio/detached.hpp>

#include "gateway/compiled.h"

namespace gw::proxy {
namespace {

using Kind = gateway::Store::Kind;

// What one push drops another request may have been about to use: then it reads again.
constexpr int kMostReads = 4;

bool same_store(const gateway::Store& a, const gateway::Store& b) {
  return a.kind == b.kind && a.sync_rate == b.sync_rate && gateway::same_redis(a.redis, b.redis);
}

}  // namespace

WorkerCounters::WorkerCounters(net::Loop& loop, net::Resolver& resolver, SharedStores& shared)
    : loop_(loop), resolver_(resolver), shared_(shared) {}

WorkerCounters::~WorkerCounters() {
  stop();
}

std::optional<Counters::Asked> WorkerCounters::charge(const gateway::Store& store,
                                                      std::span<const limit::Charge> charges,
                                                      WallTime now, std::span<limit::Reading> out) {
  if (store.kind == Kind::memory) {
    return shared_.memory.charge(charges, whole_seconds(now), out);
  }
  if (store.kind == Kind::redis) return std::nullopt;
  const BackendPtr& to = backend(store);
  const auto answer = to->synced->charge(charges, {}, now, out);
  if (!answer.asked) return std::nullopt;
  arm(to);
  return *answer.asked;
}

net::Task<Counters::Asked> WorkerCounters::ask(const gateway::Store& store,
                                               std::span<const limit::Charge> charges, WallTime now,
                                               std::span<limit::Reading> out) {
  const BackendPtr& to = backend(store);
  return to->synced ? ask_synced(to, charges, now, out) : to->redis->charge(charges, now, out);
}

net::Task<Counters::Asked> WorkerCounters::ask_synced(BackendPtr backend,
                                                      std::span<const limit::Charge> charges,
                                                      WallTime now, std::span<limit::Reading> out) {
  std::vector<limit::Total> learnt;
  std::uint64_t as_of = 0;
  for (int reads = 0; reads < kMostReads; ++reads) {
    const auto answer = backend->synced->charge(charges, {learnt, as_of}, now, out);
    arm(backend);
    if (answer.asked) co_return *answer.asked;
    if (answer.missing.empty()) break;
    auto totals = co_await backend->redis->read(answer.missing);
    if (!totals) co_return std::unexpected(std::move(totals.error()));
    learnt = std::move(*totals);
    as_of = answer.as_of;
  }
  co_return fail(ErrorCode::too_large, "sync_rate: too many counters at once");
}

void WorkerCounters::adopt(const Generation& generation) {
  known_.clear();
  std::vector<BackendPtr> before = std::exchange(backends_, {});
  for (const gateway::Store& store : generation.snapshot->stores) {
    if (store.kind == Kind::memory) continue;
    const auto kept = std::ranges::find_if(
        before, [&](const BackendPtr& known) { return same_store(known->of, store); });
    if (kept != before.end()) {
      backends_.push_back(*kept);
      known_.emplace_back(&store, *kept);
      before.erase(kept);
    } else {
      const auto tls = generation.store_tls.find(&store);
      static_cast<void>(backend(store, tls == generation.store_tls.end() ? nullptr : tls->second));
    }
  }
  for (const BackendPtr& dropped : before) {
    dropped->is_dropped = true;
    if (dropped->next_push) loop_.cancel(*dropped->next_push);
  }
}

// Few: a search from the front is the quickest.
const WorkerCounters::BackendPtr& WorkerCounters::backend(const gateway::Store& store) {
  for (const auto& [of, known] : known_) {
    if (of == &store) return known;
  }
  // Of a request that began with an older generation.
  for (const BackendPtr& known : backends_) {
    if (same_store(known->of, store)) return known_.emplace_back(&store, known).second;
  }
  return backend(store, nullptr);
}

const WorkerCounters::BackendPtr& WorkerCounters::backend(const gateway::Store& store,
                                                          const ClientTlsPtr& tls) {
  auto made = std::make_shared<Backend>();
  made->of = store;
  made->redis = std::make_shared<RedisStore>(
      RedisStore::Surroundings{loop_, buffers_, resolver_, shared_.watch, token_}, store.redis,
      tls);
  if (store.kind == Kind::synced) made->synced = shared_.synced.of(store);
  made->redis->start();
  if (stopped_) made->redis->stop();
  backends_.push_back(made);
  return known_.emplace_back(&store, std::move(made)).second;
}

void WorkerCounters::arm(const BackendPtr& backend) {
  if (backend->next_push || backend->is_dropped || stopped_) return;
  const auto due = backend->synced->due();
  if (!due) return;
  const Instant now = loop_.now();
  const auto wait = std::max(*due - now.wall, WallTime::duration::zero());
  backend->next_push = loop_.at(now.steady + wait, [this, backend] {
    backend->next_push.reset();
    boost::asio::co_spawn(loop_.executor(), push(backend, token_), boost::asio::detached);
  });
}

// Whichever worker comes first pushes for all.
net::Task<void> WorkerCounters::push(BackendPtr backend,
                                     [[maybe_unused]] std::shared_ptr<const void> token) {
  const auto deltas = backend->synced->take(loop_.now().wall);
  if (!deltas.empty()) {
    const std::size_t added = co_await backend->redis->add(deltas, loop_.now().wall);
    const std::span<const limit::Delta> all = deltas;
    backend->synced->finish(all.first(added), all.subspan(added), loop_.now().wall);
  }
  arm(backend);
}

void WorkerCounters::stop() {
  if (std::exchange(stopped_, true)) return;
  for (const BackendPtr& backend : backends_) {
    if (backend->next_push) loop_.cancel(*backend->next_push);
    backend->redis->stop();
  }
}

bool WorkerCounters::is_idle() const {
  return token_.use_count() == 1;
}

}  // namespace gw::proxy
