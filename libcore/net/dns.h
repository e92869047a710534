// What name resolution speaks of: addresses, families, and how it fails.
#pragma once

#include <chrono>
#include <cstdint>
#include <expected>
#include <string>
#include <string_view>
#include <vector>

#include "base/ip.h"
#include "base/result.h"

namespace gw::net {

using Addresses = std::vector<IpAddress>;

enum class Family : std::uint8_t { v4, v6 };

struct DnsError {
  enum class Kind : std::uint8_t {
    unknown,  // there is no such name, or it has no address: Kong answers 503
    failure,  // the question could not be settled: Kong answers 500
  };
  Kind kind = Kind::failure;
  std::string text;  // worded as Kong's resolver does, where it has words for it
};
using DnsAnswer = std::expected<Addresses, DnsError>;

// An answer and for how long it holds; the time is DNS's own and means nothing for an error.
struct DnsReply {
  DnsAnswer answer;
  std::chrono::seconds ttl{};
};

// Kong's dns_order, such as "LAST,SRV,A,AAAA,CNAME": the address types in their order. LAST, SRV
// and CNAME are taken note of and change nothing: the type that last had an answer is always asked
// first, the DNS server follows aliases, and ports come from the config.
[[nodiscard]] Result<std::vector<Family>> parse_dns_order(std::string_view text);

}  // namespace gw::net
