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
// How often it is looked whether older generations still have requests.
constexpr std::chrono::seconds kLetGoEvery{1};
// A stream may hold its generation for days; it has asked long before.
constexpr std::chrono::seconds kLongestKept{60};

bool same_store(const gateway::Store& a, const gateway::Store& b) {
  return a.kind == b.kind && a.sync_rate == b.sync_rate && gateway::same_redis(a.redis, b.redis);
}

std::unexpected<Error> too_late(const gateway::Store& store) {
  return fail(ErrorCode::unreachable, "redis " + gateway::redis_name(store.redis) +
                                          ": the config has not named it for long");
}

net::Task<Counters::Asked> answer_too_late(const gateway::Store& store) {
  co_return too_late(store);
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
  const BackendPtr* const to = backend(store);
  if (to == nullptr) return too_late(store);
  const auto answer = (*to)->synced->charge(charges, {}, now, out);
  if (!answer.asked) return std::nullopt;
  arm(*to);
  return *answer.asked;
}

net::Task<Counters::Asked> WorkerCounters::ask(const gateway::Store& store,
                                               std::span<const limit::Charge> charges, WallTime now,
                                               std::span<limit::Reading> out) {
  const BackendPtr* const found = backend(store);
  if (found == nullptr) return answer_too_late(store);
  const BackendPtr& to = *found;
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
  std::erase_if(generations_, [](const auto& one) { return one.expired(); });
  generations_.push_back(generation.snapshot);
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
      add(store, tls == generation.store_tls.end() ? nullptr : tls->second);
    }
  }
  drop(std::move(before));
}

// Before what takes its place reads, which has to connect first, it tells what it has counted.
void WorkerCounters::drop(std::vector<BackendPtr> backends) {
  for (BackendPtr& dropped : backends) {
    dropped->is_dropped = true;
    dropped->kept_until = loop_.now().steady + kLongestKept;
    if (const auto next = std::exchange(dropped->next_push, std::nullopt)) loop_.cancel(*next);
    if (stopped_) continue;
    dropped->redis->retire();
    if (dropped->synced) push_now(dropped);
    dropped_.push_back(std::move(dropped));
  }
  let_go_later();
}

void WorkerCounters::let_go_later() {
  if (dropped_.empty() || letting_go_ || stopped_) return;
  letting_go_ = loop_.at(loop_.now().steady + kLetGoEvery, [this] {
    letting_go_.reset();
    let_go();
    let_go_later();
  });
}

void WorkerCounters::let_go() {
  std::erase_if(generations_, [](const auto& one) { return one.expired(); });
  const bool only_current = generations_.size() <= 1;
  const SteadyTime now = loop_.now().steady;
  std::erase_if(dropped_, [&](const BackendPtr& dropped) {
    return only_current || now >= dropped->kept_until;
  });
}

// Few: a search from the front is the quickest.
const WorkerCounters::BackendPtr* WorkerCounters::backend(const gateway::Store& store) {
  for (const auto& [of, known] : known_) {
    if (of == &store) return &known;
  }
  // Of a request that began with an older generation.
  for (const BackendPtr& known : backends_) {
    if (same_store(known->of, store)) return &known_.emplace_back(&store, known).second;
  }
  const auto dropped = std::ranges::find_if(
      dropped_, [&](const BackendPtr& known) { return same_store(known->of, store); });
  return dropped == dropped_.end() ? nullptr : &*dropped;
}

void WorkerCounters::add(const gateway::Store& store, const ClientTlsPtr& tls) {
  auto made = std::make_shared<Backend>();
  made->of = store;
  made->redis = std::make_shared<RedisStore>(
      RedisStore::Surroundings{loop_, buffers_, resolver_, shared_.watch, token_}, store.redis,
      tls);
  if (store.kind == Kind::synced) made->synced = shared_.synced.of(store);
  made->redis->start();
  if (stopped_) made->redis->stop();
  backends_.push_back(made);
  known_.emplace_back(&store, std::move(made));
}

void WorkerCounters::arm(const BackendPtr& backend) {
  if (backend->next_push || stopped_) return;
  if (backend->is_dropped) {
    push_now(backend);
    return;
  }
  const auto due = backend->synced->due();
  if (!due) return;
  const Instant now = loop_.now();
  const auto wait = std::max(*due - now.wall, WallTime::duration::zero());
  backend->next_push = loop_.at(now.steady + wait, [this, backend] {
    backend->next_push.reset();
    push_now(backend);
  });
}

void WorkerCounters::push_now(const BackendPtr& backend) {
  boost::asio::co_spawn(loop_.executor(), push(backend, token_), boost::asio::detached);
}

// Whichever worker comes first pushes for all; of what is dropped it pushes whatever is there.
net::Task<void> WorkerCounters::push(BackendPtr backend,
                                     [[maybe_unused]] std::shared_ptr<const void> token) {
  bool again = true;
  while (again) {
    const WallTime until = backend->is_dropped ? WallTime::max() : loop_.now().wall;
    const auto deltas = backend->synced->take(until);
    if (deltas.empty()) break;
    const std::size_t added = co_await backend->redis->add(deltas, loop_.now().wall);
    const std::span<const limit::Delta> all = deltas;
    backend->synced->finish(all.first(added), all.subspan(added), loop_.now().wall);
    again = backend->is_dropped && added == deltas.size();
  }
  if (!backend->is_dropped) arm(backend);
}

void WorkerCounters::stop() {
  if (std::exchange(stopped_, true)) return;
  if (letting_go_) loop_.cancel(*letting_go_);
  for (const BackendPtr& backend : backends_) {
    if (backend->next_push) loop_.cancel(*backend->next_push);
    backend->redis->stop();
  }
  for (const BackendPtr& dropped : dropped_) dropped->redis->stop();
}

bool WorkerCounters::is_idle() const {
  return token_.use_count() == 1;
}

}  // namespace gw::proxy
