#include "config/kubernetes_kinds.h"

#include <algorithm>
#include <array>

#include "base/text.h"

namespace gw::config::kube {

namespace {

constexpr std::string_view kKong = "configuration.konghq.com";
constexpr std::string_view kPluginFields =
    "apiVersion kind metadata plugin config configFrom configPatches disabled protocols "
    "instance_name run_on ordering consumerRef status";

constexpr std::array kKinds{
    KindRow{"Ingress", "networking.k8s.io", "v1 v1beta1", true,
            "apiVersion kind metadata spec status"},
    KindRow{"Ingress", "extensions", "v1beta1", true, "apiVersion kind metadata spec status"},
    KindRow{"IngressClass", "networking.k8s.io", "v1 v1beta1", false,
            "apiVersion kind metadata spec"},
    KindRow{"Service", "", "v1", true, "apiVersion kind metadata spec status"},
    KindRow{"Endpoints", "", "v1", true, "apiVersion kind metadata subsets"},
    KindRow{"EndpointSlice", "discovery.k8s.io", "v1 v1beta1", true,
            "apiVersion kind metadata addressType endpoints ports"},
    KindRow{"Secret", "", "v1", true,
            "apiVersion kind metadata data stringData type immutable kongCredType"},
    KindRow{"KongPlugin", kKong, "v1", true, kPluginFields},
    KindRow{"KongClusterPlugin", kKong, "v1", false, kPluginFields},
    KindRow{"KongConsumer", kKong, "v1", true,
            "apiVersion kind metadata username custom_id credentials consumerGroups spec status"},
    KindRow{"KongIngress", kKong, "v1", true, "apiVersion kind metadata route proxy upstream"},
    KindRow{"KongUpstreamPolicy", kKong, "v1beta1", true, "apiVersion kind metadata spec status"},
};

}  // namespace

const KindRow* kind_row(std::string_view kind, std::string_view group) {
  const auto* row = std::ranges::find_if(
      kKinds, [&](const KindRow& r) { return r.kind == kind && r.group == group; });
  return row == kKinds.end() ? nullptr : row;
}

bool is_foreign_gateway_kind(std::string_view group) {
  return group == "konghq.com" || group.ends_with(".konghq.com") ||
         group == "gateway.networking.k8s.io";
}

std::vector<std::string_view> words(std::string_view list) {
  return split(list, ' ');
}

bool has_word(std::string_view list, std::string_view word) {
  const auto all = words(list);
  return std::ranges::find(all, word) != all.end();
}

}  // namespace gw::config::kube
