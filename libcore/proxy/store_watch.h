// Which stores of counters are out of reach, for the whole process: an outage is told when it
// begins and when it is over, whatever number of requests and workers meet it.
#pragma once

#include <cstdint>
#include <map>
#include <mutex>
#include <set>
#include <string>
#include <string_view>
#include <vector>

#include "base/clock.h"
#include "net/redis_failure.h"
#include "proxy/log.h"

namespace gw::proxy {

// Thread-safe. A store is known by its name for people; who speaks to it (one worker's connection)
// by an address of its own.
class StoreWatch {
 public:
  using Who = const void*;

  explicit StoreWatch(Log& log) : log_(log) {}

  // An attempt to get a connection, or an answer, that began then has failed. One that began before
  // the last outage was over belongs to it, and is not told.
  void failed(const std::string& store, Who who, const net::RedisFailure& why, SteadyTime began);
  // A request had to be decided without counters.
  void undecided(const std::string& store);
  void works(const std::string& store, Who who, SteadyTime now);
  // A server that may throw counters away before their time.
  void may_evict(const std::string& store, std::string_view policy);
  // Nobody counts in it any more.
  void forget(const std::string& store, Who who);

  // A node of a cluster: without it the others go on.
  void is_one_of_many(const std::string& store);

  // Never of a node of a cluster.
  [[nodiscard]] bool is_out_of_reach(const std::string& store) const;

 private:
  struct State {
    bool was_up = false;
    bool one_of_many = false;
    std::set<std::string_view> told;  // events of the outage; empty: there is none
    std::set<Who> failing;
    SteadyTime recovered = SteadyTime::min();  // when all worked again
    std::uint64_t undecided = 0;
    std::string eviction;  // the policy that was warned of
  };

  Log& log_;
  mutable std::mutex mutex_;
  std::map<std::string, State> stores_;
};

}  // namespace gw::proxy
