// Which Kubernetes kinds the gateway reads, and what their documents may hold.
#pragma once

#include <string>
#include <string_view>
#include <vector>

namespace gw::config::kube {

struct KindRow {
  std::string_view kind;
  std::string_view group;     // "" for the core API
  std::string_view versions;  // separated by spaces
  bool namespaced;
  std::string_view fields;  // at the top, separated by spaces
};

// nullptr when the kind is not one that the gateway reads.
[[nodiscard]] const KindRow* kind_row(std::string_view kind, std::string_view group);
// Whether the kind configures gateways but this program does not read it.
[[nodiscard]] bool is_foreign_gateway_kind(std::string_view group);
[[nodiscard]] std::vector<std::string_view> words(std::string_view list);
[[nodiscard]] bool has_word(std::string_view list, std::string_view word);

}  // namespace gw::config::kube
