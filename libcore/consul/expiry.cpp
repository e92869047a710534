#include "consul/expiry.h"

#include <utility>

#include "consul/identity.h"

namespace gw::consul {

std::vector<const Leaf*> ExpiryNotices::due(const Certificates& certificates, WallSeconds now) {
  std::vector<const Leaf*> due;
  std::set<std::string> still;
  for (const auto& [service, leaf] : certificates.leaves) {
    if (!is_expiring(leaf, now)) continue;
    still.insert(leaf.certificate);
    if (!told_.contains(leaf.certificate)) due.push_back(&leaf);
  }
  told_ = std::move(still);
  return due;
}

}  // namespace gw::consul
