// Where the requests for a Service and port go: the targets of Kong's upstream.
#pragma once

#include <string>
#include <string_view>

#include "config/kubernetes_context.h"
#include "config/tree.h"

namespace gw::config::kube {

// A port of a Service, found.
struct ServicePort {
  std::string number;
  std::string name;  // "" when it has none
};

// A list of {target: ...}, each at the text that names it.
[[nodiscard]] Node targets_of(Context& ctx, const Object& service, const ServicePort& port,
                              Span backend);

}  // namespace gw::config::kube
