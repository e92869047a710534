#include "consul/fetch.h"

#include <algorithm>
#include <utility>

#include "consul/identity.h"

namespace gw::consul {
namespace {

using namespace std::chrono_literals;
using std::chrono::milliseconds;

// An agent that renews does so within a second; one that does not shall not hold us up.
constexpr milliseconds kRenewalWait = 5s;

// What is left of the time for all of it.
class Budget {
 public:
  Budget(const Clock& clock, milliseconds whole)
      : clock_(clock), end_(clock.now().steady + whole) {}
  [[nodiscard]] milliseconds left() const {
    const auto left = std::chrono::ceil<milliseconds>(end_ - clock_.now().steady);
    return std::max(left, 1ms);
  }

 private:
  const Clock& clock_;
  SteadyTime end_;
};

Result<Leaf> fetch_leaf(CertificateSource& source, const std::string& service, const Clock& clock,
                        const Budget& budget) {
  auto leaf = source.leaf(service, {}, budget.left());
  if (!leaf) return std::unexpected(leaf.error());
  const bool overdue = is_overdue(leaf->value, whole_seconds(clock.now().wall));
  if (!overdue || !leaf->index) return std::move(leaf->value);
  const auto wait = std::min(kRenewalWait, budget.left() / 2);
  auto renewed = source.leaf(service, {.index = *leaf->index, .wait = wait}, budget.left() / 2);
  return std::move(renewed ? renewed->value : leaf->value);
}

}  // namespace

Result<Certificates> fetch(CertificateSource& source, const std::set<std::string>& services,
                           const Clock& clock, milliseconds patience) {
  const Budget budget(clock, patience);
  Certificates all;
  for (const std::string& service : services) {
    auto leaf = fetch_leaf(source, service, clock, budget);
    if (!leaf) return std::unexpected(leaf.error());
    all.leaves.emplace(service, std::move(*leaf));
  }
  // After the leaves: a root that has come meanwhile may be the one that signed them.
  auto roots = source.roots({}, budget.left());
  if (!roots) return std::unexpected(roots.error());
  all.roots = std::move(roots->value);
  for (const auto& [service, leaf] : all.leaves) {
    const auto fit = check_identity(all.roots, leaf, service, whole_seconds(clock.now().wall));
    if (!fit) return std::unexpected(fit.error());
  }
  return all;
}

}  // namespace gw::consul
