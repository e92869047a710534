// The certificates of some services, once and checked.
#pragma once

#include <map>
#include <set>
#include <string>

#include "base/clock.h"
#include "base/result.h"
#include "consul/answers.h"
#include "consul/certificate_source.h"

namespace gw::consul {

// Everything of one moment that belongs together: each leaf leads to these roots.
struct Certificates {
  Roots roots;
  std::map<std::string, Leaf> leaves;  // by service
};

// Errors are the source's own, or invalid when a leaf is not fit to be used. A leaf that should
// have been renewed is asked for again in the way that has Consul 1.8 renew it
// (consul-behaviour.md 1.1). All of it takes `patience` at most.
[[nodiscard]] Result<Certificates> fetch(CertificateSource& source,
                                         const std::set<std::string>& services, const Clock& clock,
                                         std::chrono::milliseconds patience);

}  // namespace gw::consul
