#include "gateway/store.h"

#include <fmt/format.h>

#include "base/digest.h"

namespace gw::gateway {

bool same_redis(const model::RedisTarget& a, const model::RedisTarget& b) {
  return a.host == b.host && a.port == b.port && a.database == b.database &&
         a.timeout_ms == b.timeout_ms && a.username == b.username && a.ssl == b.ssl &&
         a.ssl_verify == b.ssl_verify && a.server_name == b.server_name &&
         equal_in_constant_time(a.password.reveal(), b.password.reveal());
}

std::string redis_name(const model::RedisTarget& target) {
  std::string name = fmt::format("{}:{}", target.host, target.port);
  if (target.database != 0) name += fmt::format("/{}", target.database);
  return name;
}

}  // namespace gw::gateway
