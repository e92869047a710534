#include "mesh_report/intentions.h"

#include <array>

#include <nlohmann/json.hpp>

#include "base/text.h"
#include "mesh_report/table.h"

namespace gw::mesh_report {
namespace {

using Json = nlohmann::ordered_json;

constexpr std::array kRows{
    JsonRow{".[]",
            "id (empty for one that was written without), source, destination, action (allow, deny "
            "or, of Consul 1.9 and later, permissions), precedence and description"},
};

std::string_view action_of(const consul::ListedIntention& intention) {
  if (intention.has_permissions) return "permissions";
  return connect::action_text(intention.what.action);
}

}  // namespace

std::string intentions_text(const std::vector<consul::ListedIntention>& intentions) {
  if (intentions.empty()) return "There are no intentions.\n";
  std::vector<Row> rows{{"ID", "Source", "Action", "Destination", "Precedence"}};
  for (const consul::ListedIntention& one : intentions) {
    rows.push_back({printable(one.id), printable(one.what.source), std::string(action_of(one)),
                    printable(one.what.destination), std::to_string(one.precedence)});
  }
  return join(align(rows), "\n") + "\n";
}

std::string intentions_json(const std::vector<consul::ListedIntention>& intentions) {
  Json out = Json::array();
  for (const consul::ListedIntention& one : intentions) {
    out.push_back({{"id", one.id},
                   {"source", one.what.source},
                   {"destination", one.what.destination},
                   {"action", action_of(one)},
                   {"precedence", one.precedence},
                   {"description", one.description}});
  }
  return out.dump(2, ' ', false, Json::error_handler_t::replace) + "\n";
}

std::span<const JsonRow> intentions_json_rows() {
  return kRows;
}

}  // namespace gw::mesh_report
