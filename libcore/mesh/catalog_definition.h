// What catalog/register and catalog/deregister take.
#pragma once

#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/result.h"
#include "mesh/catalog_types.h"

namespace gw::mesh {

struct CatalogCheck {
  Check check;
  std::string node{};  // empty: the registration's
  std::string status{};
};

struct CatalogRegistration {
  std::string datacenter{};
  Node node;
  bool skip_node_update = false;
  std::optional<ServiceInstance> service{};
  std::int64_t service_port = 0;
  std::vector<CatalogCheck> checks{};  // `Check` first
};

struct CatalogDeregistration {
  std::string datacenter{};
  std::string node{};
  std::string service_id{};
  std::string check_id{};
};

// Errors are Go's decoder's.
[[nodiscard]] Result<CatalogRegistration> read_registration(std::string_view body);
[[nodiscard]] Result<CatalogDeregistration> read_deregistration(std::string_view body);

}  // namespace gw::mesh
