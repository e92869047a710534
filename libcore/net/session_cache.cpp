#include "net/session_cache.h"

#include <utility>

namespace gw::net {

void SessionCache::put(const std::string& key, SslSessionPtr session) {
  const std::lock_guard lock(mutex_);
  // Whichever goes costs one full handshake.
  if (sessions_.size() >= kMaxSessions && !sessions_.contains(key)) {
    sessions_.erase(sessions_.begin());
  }
  sessions_.insert_or_assign(key, std::move(session));
}

SslSessionPtr SessionCache::take(const std::string& key) {
  const std::lock_guard lock(mutex_);
  const auto found = sessions_.find(key);
  if (found == sessions_.end()) return nullptr;
  SSL_SESSION* session = found->second.get();
  if (SSL_SESSION_get_protocol_version(session) < TLS1_3_VERSION) {
    return SslSessionPtr(SSL_SESSION_dup(session));  // a connection may spoil the one that it has
  }
  SslSessionPtr taken = std::move(found->second);
  sessions_.erase(found);
  return taken;
}

std::size_t SessionCache::size() {
  const std::lock_guard lock(mutex_);
  return sessions_.size();
}

}  // namespace gw::net
