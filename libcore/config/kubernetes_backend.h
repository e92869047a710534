// The backend of an Ingress, in the form of its API version.
#pragma once

#include <optional>
#include <string>

#include "config/kubernetes_context.h"
#include "config/kubernetes_services.h"

namespace gw::config::kube {

// nullopt after an error. `path` says where it stands in the Ingress.
[[nodiscard]] std::optional<Backend> read_backend(Context& ctx, const Object& ingress,
                                                  const Node& backend, std::string path);
// Reports fields of `node` that are not in `known`, a list separated by spaces.
void check_fields(Context& ctx, const Node& node, std::string_view known, const std::string& path);

}  // namespace gw::config::kube
