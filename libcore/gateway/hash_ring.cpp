#include "gateway/hash_ring.h"

#include <cmath>
#include <string>
#include <tuple>

#include <fmt/format.h>

#include "base/hash.h"

namespace gw::gateway {
namespace {

constexpr double kPointsPerTarget = 160;

}  // namespace

HashRing HashRing::build(std::span<const model::Target> targets) {
  double total = 0;
  double used = 0;
  for (const model::Target& target : targets) {
    total += target.weight;
    used += target.weight > 0 ? 1 : 0;
  }
  HashRing ring;
  for (std::uint32_t i = 0; i < targets.size(); ++i) {
    if (targets[i].weight == 0) continue;
    const std::string name = fmt::format("{}:{}", targets[i].host, targets[i].port);
    const double share = targets[i].weight / total * used * kPointsPerTarget;
    const auto points = static_cast<std::uint64_t>(std::max(1.0, std::round(share)));
    for (std::uint64_t n = 0; n < points; ++n) ring.points_.push_back({hash64(name, n), i});
  }
  std::ranges::sort(ring.points_, [](const Point& a, const Point& b) {
    return std::tie(a.at, a.target) < std::tie(b.at, b.target);
  });
  return ring;
}

}  // namespace gw::gateway
