#include "net/resolver.h"

#include <algorithm>
#include <utility>

#include <boost/asio/async_result.hpp>
#include <boost/asio/post.hpp>
#include <boost/asio/use_awaitable.hpp>

namespace gw::net {
namespace {

// RFC 1035 section 2.3.4, in text form.
constexpr std::size_t kLongestName = 253;

std::unexpected<DnsError> failure(std::string text) {
  return std::unexpected(DnsError{DnsError::Kind::failure, std::move(text)});
}

}  // namespace

Resolver::Resolver(Loop& loop, const ResolverOptions& options)
    : loop_(loop), options_(options), hosts_(options.hosts_file), cache_(options.cache) {}

Result<std::unique_ptr<Resolver>> Resolver::create(Loop& loop, const ResolverOptions& options) {
  std::unique_ptr<Resolver> resolver(new Resolver(loop, options));
  auto client = DnsClient::create(loop, options.servers);
  if (!client) return std::unexpected(client.error());
  resolver->client_ = std::move(*client);
  return resolver;
}

Resolver::~Resolver() {
  for (auto& [host, lookup] : lookups_) {
    loop_.cancel(lookup.deadline);
    answer(std::move(lookup.waiters), failure("the resolver was shut down"));
  }
}

const Addresses* Resolver::cached(std::string_view host, SteadyTime now) {
  hosts_.refresh(now);
  if (const Addresses* fixed = hosts_.find(host, options_.order)) return fixed;
  const DnsAnswer* known = settled(host, now);
  return known != nullptr && known->has_value() ? &**known : nullptr;
}

// What needs no waiting, errors included. An aged answer is asked for again on the way.
const DnsAnswer* Resolver::settled(std::string_view host, SteadyTime now) {
  const auto hit = cache_.find(host, now);
  if (hit.aged && !lookups_.contains(host) && start(std::string(host))) {
    return cache_.find(host, now).answer;  // c-ares may have answered at once
  }
  return hit.answer;
}

Task<DnsAnswer> Resolver::resolve(std::string host) {
  if (const auto ip = IpAddress::parse(host)) co_return Addresses{*ip};
  if (host.empty() || host.size() > kLongestName) {
    co_return std::unexpected(DnsError{DnsError::Kind::unknown, "dns server error: 3 name error"});
  }
  const SteadyTime now = loop_.now().steady;
  if (const Addresses* known = cached(host, now)) co_return *known;
  if (const DnsAnswer* refused = settled(host, now)) co_return *refused;
  if (!lookups_.contains(host) && !start(host)) {
    co_return failure("too many names are being looked up at once");
  }
  if (const DnsAnswer* at_once = settled(host, now)) co_return *at_once;
  auto result = co_await join(host);
  co_return result;
}

// The lookup's waiters may outlive this resolver: nothing is touched after the wait.
Task<DnsAnswer> Resolver::join(const std::string& host) {
  auto& waiters = lookups_.find(host)->second.waiters;
  boost::asio::use_awaitable_t<Executor> token;
  auto result = co_await boost::asio::async_initiate<decltype(token), void(DnsAnswer)>(
      [&waiters](auto handler) { waiters.emplace_back(std::move(handler)); }, token);
  co_return result;
}

bool Resolver::start(const std::string& host) {
  if (lookups_.size() >= options_.max_lookups) return false;
  Lookup lookup;
  lookup.left = families_for(host);
  lookup.deadline =
      loop_.at(loop_.now().steady + options_.deadline, [this, name = host] { on_deadline(name); });
  lookups_.emplace(host, std::move(lookup));
  ask_next(host);
  return true;
}

// In reverse, to be taken from the back; what last had an answer comes first (Kong's LAST).
std::vector<Family> Resolver::families_for(std::string_view host) const {
  std::vector<Family> families(options_.order.rbegin(), options_.order.rend());
  if (const auto last = cache_.last_family(host)) {
    const auto found = std::ranges::find(families, *last);
    if (found != families.end()) std::rotate(found, found + 1, families.end());
  }
  return families;
}

void Resolver::ask_next(const std::string& host) {
  Lookup& lookup = lookups_.find(host)->second;
  const Family family = lookup.left.back();
  lookup.left.pop_back();
  client_->ask(host, family,
               [this, name = host](DnsReply reply) { on_reply(name, std::move(reply)); });
}

void Resolver::on_reply(const std::string& host, DnsReply reply) {
  const auto found = lookups_.find(host);
  Lookup& lookup = found->second;
  if (reply.answer) {
    finish(host, std::move(reply));
    return;
  }
  // A failure says more than another family's "no such record".
  if (!lookup.error || lookup.error->kind == DnsError::Kind::unknown) {
    lookup.error = std::move(reply.answer.error());
  }
  if (lookup.left.empty()) {
    finish(host, {std::unexpected(std::move(*lookup.error)), {}});
  } else {
    ask_next(host);
  }
}

void Resolver::finish(const std::string& host, DnsReply reply) {
  auto node = lookups_.extract(lookups_.find(host));
  loop_.cancel(node.mapped().deadline);
  answer(std::move(node.mapped().waiters), reply.answer);
  cache_.store(host, std::move(reply), loop_.now().steady);
}

// The servers may still answer, for those who ask later and have a deadline of their own.
void Resolver::on_deadline(const std::string& host) {
  const auto found = lookups_.find(host);
  if (found == lookups_.end()) return;
  found->second.deadline =
      loop_.at(loop_.now().steady + options_.deadline, [this, name = host] { on_deadline(name); });
  answer(std::exchange(found->second.waiters, {}), failure("no DNS server answered in time"));
}

// Not on the spot: a waiter may do anything, even end this resolver.
void Resolver::answer(std::vector<Waiter> waiters, const DnsAnswer& result) {
  for (Waiter& waiter : waiters) {
    boost::asio::post(loop_.executor(),
                      [resume = std::move(waiter), own = DnsAnswer(result)]() mutable {
                        resume(std::move(own));
                      });
  }
}

}  // namespace gw::net
