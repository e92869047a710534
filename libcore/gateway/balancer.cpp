#include "gateway/balancer.h"

#include <algorithm>
#include <numeric>

namespace gw::gateway {
namespace {

bool contains(std::span<const std::uint32_t> tried, std::uint32_t index) {
  return std::ranges::find(tried, index) != tried.end();
}

}  // namespace

std::optional<std::uint32_t> Balancers::pick(const model::Upstream& upstream,
                                             std::span<const std::uint32_t> tried) {
  const auto& targets = upstream.targets;
  auto& current = wheels_[upstream.id].current;
  current.resize(targets.size());
  const auto usable = [&](std::uint32_t i, bool again) {
    return targets[i].weight > 0 && (again || !contains(tried, i));
  };
  bool again = true;
  for (std::uint32_t i = 0; i < targets.size(); ++i) again = again && !usable(i, false);

  // Smooth weighted round-robin: all gain their weight, the richest is taken and pays the total.
  std::optional<std::uint32_t> best;
  std::int64_t total = 0;
  for (std::uint32_t i = 0; i < targets.size(); ++i) {
    if (!usable(i, again)) continue;
    current[i] += targets[i].weight;
    total += targets[i].weight;
    if (!best || current[i] > current[*best]) best = i;
  }
  if (best) current[*best] -= total;
  return best;
}

}  // namespace gw::gateway
