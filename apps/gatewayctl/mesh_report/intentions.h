// A list of intentions for people and for programs.
#pragma once

#include <span>
#include <string>
#include <string_view>
#include <vector>

#include "consul/intentions.h"

namespace gw::mesh_report {

// Columns as `consul intention list` has them (Consul 1.9 and later).
[[nodiscard]] std::string intentions_text(const std::vector<consul::ListedIntention>& intentions);
// An array, one object an intention.
[[nodiscard]] std::string intentions_json(const std::vector<consul::ListedIntention>& intentions);

// What the objects hold, for the manual.
struct JsonRow {
  std::string_view part;
  std::string_view meaning;
};
[[nodiscard]] std::span<const JsonRow> intentions_json_rows();

}  // namespace gw::mesh_report
