#include "proxy/upstream_pool.h"

#include <algorithm>
#include <bit>
#include <cstring>

namespace gw::proxy {

std::uint64_t UpstreamPool::hash(const net::Address& address, const void* tls) {
  std::uint64_t high = 0;
  std::uint64_t low = 0;
  std::memcpy(&high, address.ip.bytes.data(), sizeof high);
  std::memcpy(&low, address.ip.bytes.data() + sizeof high, sizeof low);
  std::uint64_t h = high * 0x9E3779B97F4A7C15ULL ^ std::rotl(low, 29);
  h = (h ^ address.port) * 0xBF58476D1CE4E5B9ULL;
  return h ^ std::bit_cast<std::uintptr_t>(tls);
}

std::unique_ptr<UpstreamConnection> UpstreamPool::take(const net::Address& address, const void* tls,
                                                       std::string_view sni) {
  const auto found = idle_.find(hash(address, tls));
  if (found == idle_.end()) return nullptr;
  Idle& idle = found->second;
  for (std::size_t i = idle.size(); i-- > 0;) {
    const UpstreamKey& key = idle[i]->key;
    if (key.address != address || key.tls != tls || key.sni != sni) continue;
    auto connection = std::move(idle[i]);
    idle.erase(idle.begin() + static_cast<std::ptrdiff_t>(i));
    --size_;
    if (connection->stream.is_quiet()) return connection;
  }
  return nullptr;
}

void UpstreamPool::put(std::unique_ptr<UpstreamConnection> connection, SteadyTime now) {
  ++connection->requests;
  const bool used_up = options_.max_requests != 0 && connection->requests >= options_.max_requests;
  if (used_up || options_.size == 0 || !connection->in.empty()) return;
  Idle& idle = idle_[hash(connection->key.address, connection->key.tls)];
  if (idle.size() >= options_.size) {
    idle.erase(idle.begin());
    --size_;
  }
  connection->in.release();
  connection->stream.release_memory();
  connection->stream.read_by(net::Stream::kNever);
  connection->stream.write_by(net::Stream::kNever);
  connection->idle_since = now;
  idle.push_back(std::move(connection));
  ++size_;
}

void UpstreamPool::sweep(SteadyTime now) {
  for (auto entry = idle_.begin(); entry != idle_.end();) {
    Idle& idle = entry->second;
    size_ -= idle.size();
    std::erase_if(idle, [&](const std::unique_ptr<UpstreamConnection>& connection) {
      const bool aged = options_.idle_timeout.count() != 0 &&
                        now - connection->idle_since >= options_.idle_timeout;
      return aged || !connection->stream.is_quiet();
    });
    size_ += idle.size();
    entry = idle.empty() ? idle_.erase(entry) : std::next(entry);
  }
}

}  // namespace gw::proxy
