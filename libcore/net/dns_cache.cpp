#include "net/dns_cache.h"

#include <algorithm>
#include <string>
#include <utility>

namespace gw::net {
namespace {

using std::chrono::seconds;

// A TTL of 0 would ask again for every request; a week is RFC 8767's cap (section 4).
constexpr seconds kShortest{1};
constexpr seconds kLongest{7L * 24 * 3600};

}  // namespace

DnsCache::Hit DnsCache::find(std::string_view name, SteadyTime now) const {
  const auto found = names_.find(name);
  if (found == names_.end() || now >= found->second.ends) return {};
  const Entry& entry = found->second;
  return {&entry.answer, now >= entry.ages};
}

seconds DnsCache::lifetime(const DnsReply& reply) const {
  seconds wanted = options_.valid_ttl.value_or(reply.ttl);
  if (!reply.answer) {
    const bool unknown = reply.answer.error().kind == DnsError::Kind::unknown;
    wanted = unknown ? options_.not_found_ttl : options_.error_ttl;
  }
  return std::clamp(wanted, kShortest, kLongest);
}

void DnsCache::store(std::string_view name, DnsReply reply, SteadyTime now) {
  const SteadyTime ages = now + lifetime(reply);
  const auto found = names_.find(name);
  const bool failed = !reply.answer && reply.answer.error().kind == DnsError::Kind::failure;
  if (failed && found != names_.end() && found->second.answer && now < found->second.ends) {
    found->second.ages = ages;  // served on; asked for again after error_ttl
    return;
  }
  const SteadyTime ends = reply.answer ? ages + options_.stale_ttl : ages;
  if (found != names_.end()) {
    found->second = {std::move(reply.answer), ages, ends};
    return;
  }
  make_room(now);
  names_.emplace(std::string(name), Entry{std::move(reply.answer), ages, ends});
}

void DnsCache::make_room(SteadyTime now) {
  if (names_.size() < options_.max_names) return;
  std::erase_if(names_, [&](const auto& item) { return now >= item.second.ends; });
  if (names_.size() < options_.max_names || names_.empty()) return;
  const auto oldest =
      std::ranges::min_element(names_, {}, [](const auto& item) { return item.second.ages; });
  names_.erase(oldest);
}

std::optional<Family> DnsCache::last_family(std::string_view name) const {
  const auto found = names_.find(name);
  if (found == names_.end() || !found->second.answer) return std::nullopt;
  return found->second.answer->front().v4 ? Family::v4 : Family::v6;
}

}  // namespace gw::net
