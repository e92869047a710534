#include "certificates/verdict.h"

#include <algorithm>

#include <fmt/format.h>

#include "base/text.h"
#include "base/time.h"

namespace gw::certificates {
namespace {

std::string_view name_of(CertificateFault fault) {
  switch (fault) {
    case CertificateFault::unreadable:
    case CertificateFault::chain:
      return "chain";
    case CertificateFault::not_yet_valid:
    case CertificateFault::expired:
      return "validity";
    case CertificateFault::key:
      return "key";
    case CertificateFault::purpose:
      return "purpose";
    case CertificateFault::spiffe:
      return "spiffe";
  }
  return "chain";
}

}  // namespace

std::vector<Check> checks_of(const CertificateToCheck& what, const CertificateInfo& leaf,
                             const std::vector<CertificateComplaint>& complaints) {
  std::vector<Check> checks;
  const auto add = [&](std::string_view name, const std::string& holds) {
    const auto found = std::ranges::find(
        complaints, name,
        [](const CertificateComplaint& complaint) { return name_of(complaint.fault); });
    const bool passed = found == complaints.end();
    checks.push_back({name, passed, passed ? holds : found->text});
  };
  add("chain", fmt::format("it leads to a root; issued by {}", printable(leaf.issuer)));
  add("validity", fmt::format("until {}, for another {}", format_rfc3339(leaf.not_after),
                              format_span(leaf.not_after - what.now)));
  if (what.key != nullptr) add("key", fmt::format("it belongs to the certificate ({})", leaf.key));
  add("purpose", "TLS client and server");
  if (!what.spiffe_uri.empty()) {
    add("spiffe", leaf.uris.empty() ? "" : printable(leaf.uris.front()));
  }
  return checks;
}

bool all_passed(const std::vector<Check>& checks) {
  return std::ranges::all_of(checks, &Check::passed);
}

}  // namespace gw::certificates
