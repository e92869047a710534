#include "mesh_report/json.h"

#include <nlohmann/json.hpp>

namespace gw::mesh_report {
namespace {

using Json = nlohmann::ordered_json;

Json or_null(const std::string& text) {
  return text.empty() ? Json(nullptr) : Json(text);
}

}  // namespace

std::string ready_json(const Ready& ready) {
  Json services = Json::object();
  for (const mesh::PlacedService& service : ready.services) {
    Json upstreams = Json::object();
    for (const auto& [name, address] : service.upstreams) upstreams[name] = address;
    services[service.name] = {{"sidecar", or_null(service.sidecar)},
                              {"app", or_null(service.application)},
                              {"upstreams", std::move(upstreams)}};
  }
  const Json whole{{"consul", ready.consul},
                   {"services", std::move(services)},
                   {"hosts", ready.hosts_file},
                   {"pid", ready.pid}};
  // A path need not be UTF-8.
  return whole.dump(-1, ' ', false, Json::error_handler_t::replace) + "\n";
}

}  // namespace gw::mesh_report
