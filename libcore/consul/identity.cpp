#include "consul/identity.h"

#include <vector>

#include <fmt/format.h>

#include "base/certificate_check.h"
#include "base/text.h"
#include "connect/spiffe.h"

namespace gw::consul {
namespace {

// Empty: it is the service's own.
std::string complaint_about_uri(const Roots& roots, const Leaf& leaf, const std::string& service) {
  if (leaf.uri.empty()) return "it has not exactly one URI, which a Connect leaf has";
  const auto id = connect::parse_service_id(leaf.uri);
  if (!id) return id.error().message;
  if (id->service != service) {
    return fmt::format("it is {}, the leaf of another service", printable(leaf.uri));
  }
  if (!iequals(id->trust_domain, roots.trust_domain)) {
    return fmt::format("it is {}, of another trust domain than the roots' {}", printable(leaf.uri),
                       printable(roots.trust_domain));
  }
  return {};
}

std::chrono::seconds life_of(const Leaf& leaf) {
  return leaf.not_after - leaf.not_before;
}

}  // namespace

Result<void> check_identity(const Roots& roots, const Leaf& leaf, const std::string& service,
                            WallSeconds now) {
  std::vector<std::string> wrong;
  const std::string bundle = roots.bundle();
  for (const CertificateComplaint& complaint : check_certificate({.roots_pem = bundle,
                                                                  .chain_pem = leaf.certificate,
                                                                  .key = &leaf.key,
                                                                  .spiffe_uri = leaf.uri,
                                                                  .now = now})) {
    wrong.push_back(complaint.text);
  }
  if (auto text = complaint_about_uri(roots, leaf, service); !text.empty()) {
    wrong.push_back(std::move(text));
  }
  if (wrong.empty()) return {};
  return fail(ErrorCode::invalid, fmt::format("the leaf of service '{}' is not used: {}",
                                              printable(service), join(wrong, "; ")));
}

bool is_overdue(const Leaf& leaf, WallSeconds now) {
  return now >= leaf.not_before + life_of(leaf) * 9 / 10;
}

bool is_expiring(const Leaf& leaf, WallSeconds now) {
  return leaf.not_after - now <= life_of(leaf) / 3;
}

WallSeconds renewal_time(const Leaf& leaf, Rng& rng) {
  const auto twentieth = static_cast<std::uint64_t>(life_of(leaf).count()) / 20;
  const auto by_chance = static_cast<std::int64_t>(rng.below(twentieth + 1));
  return leaf.not_before + life_of(leaf) * 9 / 10 + std::chrono::seconds(by_chance);
}

}  // namespace gw::consul
