#include "mesh/catalog_types.h"

#include <algorithm>

namespace gw::mesh {

std::string_view name_of(Health health) {
  switch (health) {
    case Health::passing:
      return "passing";
    case Health::warning:
      return "warning";
    default:
      return "critical";
  }
}

Health worse(Health a, Health b) {
  return std::max(a, b);
}

std::string_view name_of(CheckKind kind) {
  switch (kind) {
    case CheckKind::ttl:
      return "ttl";
    case CheckKind::tcp:
      return "tcp";
    case CheckKind::http:
      return "http";
    case CheckKind::alias:
      return "alias";
    case CheckKind::grpc:
      return "grpc";
    case CheckKind::maintenance:
      return "maintenance";
    default:
      return "";
  }
}

std::string_view name_of_kind(const ServiceInstance& service) {
  if (service.kind == ServiceKind::connect_proxy) return "connect-proxy";
  return service.kind == ServiceKind::other ? std::string_view(service.other_kind) : "";
}

bool is_same(const ServiceInstance& a, const ServiceInstance& b) {
  return a.id == b.id && a.name == b.name && a.kind == b.kind && a.address == b.address &&
         a.port == b.port && a.tags == b.tags && a.meta == b.meta &&
         a.enable_tag_override == b.enable_tag_override && a.weight_passing == b.weight_passing &&
         a.weight_warning == b.weight_warning && a.connect_native == b.connect_native &&
         a.proxy == b.proxy && a.other_kind == b.other_kind &&
         a.tagged_addresses == b.tagged_addresses;
}

bool is_same(const Check& a, const Check& b) {
  return a.id == b.id && a.name == b.name && a.kind == b.kind && a.status == b.status &&
         a.notes == b.notes && a.output == b.output && a.service_id == b.service_id &&
         a.definition_json == b.definition_json;
}

Health health_on(const Node& node, std::string_view service_id) {
  Health health = Health::passing;
  for (const auto& [id, check] : node.checks) {
    if (check.service_id.empty() || check.service_id == service_id) {
      health = worse(health, check.status);
    }
  }
  return health;
}

}  // namespace gw::mesh
