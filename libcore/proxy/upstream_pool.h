// Connections to upstreams that wait for their next request: one pool a worker.
#pragma once

#include <cstdint>
#include <memory>
#include <string>
#include <string_view>
#include <unordered_map>
#include <vector>

#include "base/clock.h"
#include "net/buffer.h"
#include "net/listener.h"
#include "net/stream.h"

namespace gw::proxy {

// What makes two connections interchangeable.
struct UpstreamKey {
  net::Address address;
  const void* tls = nullptr;  // the client context; nullptr: plain
  std::string sni;            // with the context decides what was verified
};

struct UpstreamConnection {
  UpstreamConnection(net::Loop& loop, net::Socket socket, net::BufferPool& pool)
      : stream(loop, std::move(socket)), in(pool) {}

  net::Stream stream;
  net::Buffer in;
  UpstreamKey key;
  std::string address;                    // key.address as text, for logs
  std::shared_ptr<const void> tls_owner;  // keeps key.tls from being reused by another context
  std::uint64_t requests = 0;
  SteadyTime idle_since{};
};

// Kong's upstream_keepalive_*.
struct PoolOptions {
  std::size_t size = 60;                          // idle connections a key; 0: none is kept
  std::uint64_t max_requests = 0;                 // of a connection; 0: any number
  std::chrono::milliseconds idle_timeout{60000};  // 0: for ever
};

class UpstreamPool {
 public:
  explicit UpstreamPool(const PoolOptions& options) : options_(options) {}

  // The one used last that is still as it was left; nullptr: none.
  [[nodiscard]] std::unique_ptr<UpstreamConnection> take(const net::Address& address,
                                                         const void* tls, std::string_view sni);
  // Only from a clean state: response complete, nothing unread, both sides persistent.
  void put(std::unique_ptr<UpstreamConnection> connection, SteadyTime now);
  // Closes what has been idle for too long.
  void sweep(SteadyTime now);
  void clear() { idle_.clear(); }
  [[nodiscard]] std::size_t size() const { return size_; }
  void set_options(const PoolOptions& options) { options_ = options; }

 private:
  using Idle = std::vector<std::unique_ptr<UpstreamConnection>>;
  // A number for a key's address and context; connections of one number may differ in SNI.
  [[nodiscard]] static std::uint64_t hash(const net::Address& address, const void* tls);

  PoolOptions options_;
  std::unordered_map<std::uint64_t, Idle> idle_;
  std::size_t size_ = 0;
};

}  // namespace gw::proxy
