// Which leaves somebody should know of, because nobody has renewed them.
#pragma once

#include <set>
#include <string>
#include <vector>

#include "base/clock.h"
#include "consul/fetch.h"

namespace gw::consul {

class ExpiryNotices {
 public:
  // Leaves with a third of their life left or less, each once. They live as long as `certificates`.
  [[nodiscard]] std::vector<const Leaf*> due(const Certificates& certificates, WallSeconds now);

 private:
  std::set<std::string> told_;  // certificates, as PEM
};

}  // namespace gw::consul
