// The mutable side of upstreams: whose turn it is. Survives a reload, shared by a node's requests.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <span>
#include <string>
#include <vector>

#include "base/uuid.h"
#include "model/entities.h"

namespace gw::gateway {

// Not thread-safe: one a worker or simulated node.
class Balancers {
 public:
  // The index of the target to try next: smooth weighted round-robin over those not in `tried`
  // (over all again when every one was tried). nullopt: the upstream has no target with weight.
  [[nodiscard]] std::optional<std::uint32_t> pick(const model::Upstream& upstream,
                                                  std::span<const std::uint32_t> tried);

 private:
  struct Wheel {
    std::vector<std::int64_t> current;  // of smooth weighted round-robin, by target
  };
  std::map<Uuid, Wheel> wheels_;
};

}  // namespace gw::gateway
