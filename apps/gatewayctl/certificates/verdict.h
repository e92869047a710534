// The checks of `certs verify`: every one that was made, passed or failed.
#pragma once

#include <string>
#include <string_view>
#include <vector>

#include "base/certificate_check.h"
#include "base/x509.h"

namespace gw::certificates {

struct Check {
  std::string_view name;  // "chain", "validity", "key", "purpose", "spiffe"
  bool passed = false;
  std::string detail;  // what holds, or what is wrong and what to do
};

// `what` was checked with these complaints, none of them `unreadable`; `leaf` is what it says.
[[nodiscard]] std::vector<Check> checks_of(const CertificateToCheck& what,
                                           const CertificateInfo& leaf,
                                           const std::vector<CertificateComplaint>& complaints);

[[nodiscard]] bool all_passed(const std::vector<Check>& checks);

}  // namespace gw::certificates
