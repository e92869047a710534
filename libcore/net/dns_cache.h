// What DNS has answered, for as long as it holds, and a while longer when nothing better is known.
//
// Kong's settings decide (dns_valid_ttl, dns_stale_ttl, dns_not_found_ttl, dns_error_ttl). Time is
// passed in; nothing here asks anybody. Not thread-safe: one a loop.
#pragma once

#include <chrono>
#include <optional>
#include <string_view>

#include "base/clock.h"
#include "net/dns.h"
#include "net/name_map.h"

namespace gw::net {

struct DnsCacheOptions {
  std::optional<std::chrono::seconds> valid_ttl{};  // instead of the answers' own TTL
  std::chrono::seconds stale_ttl{3600};             // Kong 3.9; 4 s before 3.6
  std::chrono::seconds not_found_ttl{30};
  std::chrono::seconds error_ttl{1};
  std::size_t max_names = 4096;  // some 300 bytes each; services name far fewer
};

class DnsCache {
 public:
  explicit DnsCache(const DnsCacheOptions& options) : options_(options) {}

  struct Hit {
    const DnsAnswer* answer = nullptr;  // null: ask. Lives until the next store()
    bool aged = false;                  // good addresses past their time: ask again meanwhile
  };
  [[nodiscard]] Hit find(std::string_view name, SteadyTime now) const;

  // A failure does not drive out addresses that may still be served; "no such name" does.
  void store(std::string_view name, DnsReply reply, SteadyTime now);

  // The family of the addresses that the name last had.
  [[nodiscard]] std::optional<Family> last_family(std::string_view name) const;
  [[nodiscard]] std::size_t size() const { return names_.size(); }

 private:
  struct Entry {
    DnsAnswer answer;
    SteadyTime ages;  // from then on it is asked for again
    SteadyTime ends;  // and from then on not served
  };
  [[nodiscard]] std::chrono::seconds lifetime(const DnsReply& reply) const;
  void make_room(SteadyTime now);

  DnsCacheOptions options_;
  NameMap<Entry> names_;
};

}  // namespace gw::net
