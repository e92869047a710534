// TLS sessions that upstreams have given us, to be resumed with the next connection to the same.
#pragma once

#include <mutex>
#include <string>
#include <unordered_map>

#include "net/openssl.h"

namespace gw::net {

// Thread-safe and bounded.
class SessionCache {
 public:
  // A session holds its server's certificates: some 4 KiB each.
  static constexpr std::size_t kMaxSessions = 1024;

  void put(const std::string& key, SslSessionPtr session);
  // A session of TLS 1.3 is handed out once (RFC 8446 appendix C.4). Null when there is none.
  [[nodiscard]] SslSessionPtr take(const std::string& key);
  [[nodiscard]] std::size_t size();

 private:
  std::mutex mutex_;
  std::unordered_map<std::string, SslSessionPtr> sessions_;
};

}  // namespace gw::net
