#include "proxy/store_watch.h"

#include <utility>

namespace gw::proxy {

void StoreWatch::failed(const std::string& store, Who who, const net::RedisFailure& why,
                        SteadyTime began) {
  const std::lock_guard lock(mutex_);
  State& state = stores_[store];
  state.failing.insert(who);
  if (began <= state.recovered) return;
  if (!state.told.insert(why.event()).second) return;
  log_.write(LogLevel::warn, why.event(), {{"redis", store}, {"error", why.text}});
}

void StoreWatch::undecided(const std::string& store) {
  const std::lock_guard lock(mutex_);
  ++stores_[store].undecided;
}

void StoreWatch::works(const std::string& store, Who who, SteadyTime now) {
  const std::lock_guard lock(mutex_);
  State& state = stores_[store];
  state.failing.erase(who);
  if (!state.failing.empty()) return;
  state.recovered = now;
  const bool was_up = std::exchange(state.was_up, true);
  const std::uint64_t undecided = std::exchange(state.undecided, 0);
  if (!std::exchange(state.told, {}).empty()) {
    log_.write(LogLevel::notice, "redis_recovered", {{"redis", store}, {"undecided", undecided}});
  } else if (!was_up) {
    log_.write(LogLevel::notice, "redis_connected", {{"redis", store}});
  }
}

void StoreWatch::may_evict(const std::string& store, std::string_view policy) {
  const std::lock_guard lock(mutex_);
  std::string& warned = stores_[store].eviction;
  if (warned == policy) return;
  warned = policy;
  log_.write(LogLevel::warn, "redis_may_evict",
             {{"redis", store},
              {"maxmemory_policy", policy},
              {"remedy", "counters may be lost under memory pressure; use noeviction"}});
}

void StoreWatch::forget(const std::string& store, Who who) {
  const std::lock_guard lock(mutex_);
  const auto found = stores_.find(store);
  if (found == stores_.end()) return;
  found->second.failing.erase(who);
  if (found->second.failing.empty()) found->second.told = {};
}

void StoreWatch::is_one_of_many(const std::string& store) {
  const std::lock_guard lock(mutex_);
  stores_[store].one_of_many = true;
}

bool StoreWatch::is_out_of_reach(const std::string& store) const {
  const std::lock_guard lock(mutex_);
  const auto found = stores_.find(store);
  return found != stores_.end() && !found->second.one_of_many && !found->second.failing.empty();
}

}  // namespace gw::proxy
