// Host names to addresses, without blocking: the hosts file first, then DNS with a cache.
//
// Kong's settings by their meaning: dns_hostsfile, dns_resolver, dns_order and the TTLs. Concurrent
// questions for a name share one lookup; aged answers are served while a fresh one is fetched.
#pragma once

#include <chrono>
#include <functional>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "net/dns.h"
#include "net/dns_cache.h"
#include "net/dns_client.h"
#include "net/hosts_file.h"
#include "net/loop.h"

namespace gw::net {

struct ResolverOptions {
  std::string hosts_file = "/etc/hosts";  // "" for none
  std::vector<Family> order{Family::v4, Family::v6};
  DnsClientOptions servers;
  DnsCacheOptions cache;
  std::chrono::seconds deadline{10};  // of a lookup, whatever the servers' own timeouts add up to
  std::size_t max_lookups = 1024;     // at once
};

// Used from its loop's thread alone.
class Resolver {
 public:
  [[nodiscard]] static Result<std::unique_ptr<Resolver>> create(Loop& loop,
                                                                const ResolverOptions& options);
  // Whoever waits is answered with a failure.
  ~Resolver();
  Resolver(const Resolver&) = delete;
  Resolver& operator=(const Resolver&) = delete;

  // The addresses when they are known, at least one; null: resolve() it. Starts a lookup of what
  // has aged. Lives until the next call or suspension.
  [[nodiscard]] const Addresses* cached(std::string_view host, SteadyTime now);

  [[nodiscard]] Task<DnsAnswer> resolve(std::string host);

 private:
  using Waiter = std::move_only_function<void(DnsAnswer)>;
  struct Lookup {
    std::vector<Family> left;  // to be asked for, in reverse order
    std::vector<Waiter> waiters;
    std::optional<DnsError> error;  // of the families asked so far
    Timers::Id deadline;
  };

  Resolver(Loop& loop, const ResolverOptions& options);
  [[nodiscard]] const DnsAnswer* settled(std::string_view host, SteadyTime now);
  [[nodiscard]] bool start(const std::string& host);
  [[nodiscard]] std::vector<Family> families_for(std::string_view host) const;
  void ask_next(const std::string& host);
  void on_reply(const std::string& host, DnsReply reply);
  void finish(const std::string& host, DnsReply reply);
  void on_deadline(const std::string& host);
  void answer(std::vector<Waiter> waiters, const DnsAnswer& result);
  Task<DnsAnswer> join(const std::string& host);

  Loop& loop_;
  ResolverOptions options_;
  HostsFile hosts_;
  DnsCache cache_;
  NameMap<Lookup> lookups_;
  std::unique_ptr<DnsClient> client_;  // last: it goes first
};

}  // namespace gw::net
