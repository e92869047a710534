// Which counters a Charge means.
#pragma once

#include <cstdint>
#include <string>

#include "model/plugin.h"

namespace gw::gateway {

struct Store {
  enum class Kind : std::uint8_t { memory, redis, synced };
  Kind kind = Kind::memory;
  model::RedisTarget redis;  // of redis and synced
  double sync_rate = -1;     // seconds; of synced
  bool must_answer = false;  // a plugin without fault_tolerant counts in it
};

// The same server, user, database and way of speaking to it.
[[nodiscard]] bool same_redis(const model::RedisTarget& a, const model::RedisTarget& b);

// For people: "127.0.0.1:6379", with "/2" where the database is another than 0.
[[nodiscard]] std::string redis_name(const model::RedisTarget& target);

}  // namespace gw::gateway
