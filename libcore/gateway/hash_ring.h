// Consistent hashing: which target a hash belongs to.
//
// A ring of points, 160 for each target of average weight as in ketama (libketama, Last.fm 2007).
// Points depend on the target's address only, so that a target that comes or goes moves its own
// share of the keys and no others (weights left alone).
#pragma once

#include <algorithm>
#include <cstddef>
#include <cstdint>
#include <optional>
#include <span>
#include <vector>

#include "model/entities.h"

namespace gw::gateway {

// Immutable once built.
class HashRing {
 public:
  [[nodiscard]] static HashRing build(std::span<const model::Target> targets);

  // The first target from `hash` on that `usable` accepts; nullopt: none.
  template <class Usable>
  [[nodiscard]] std::optional<std::uint32_t> find(std::uint64_t hash, Usable usable) const {
    const auto from = std::ranges::lower_bound(points_, hash, {}, &Point::at) - points_.begin();
    for (std::size_t i = 0; i < points_.size(); ++i) {
      const Point& point = points_[(static_cast<std::size_t>(from) + i) % points_.size()];
      if (usable(point.target)) return point.target;
    }
    return std::nullopt;
  }
  [[nodiscard]] std::size_t size() const { return points_.size(); }

 private:
  struct Point {
    std::uint64_t at = 0;
    std::uint32_t target = 0;  // index
  };
  std::vector<Point> points_;  // sorted
};

}  // namespace gw::gateway
