#include "mesh/go_proxy.h"

#include <algorithm>
#include <limits>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"

namespace gw::mesh {
namespace {

// What Go calls the structs that decode themselves: it prints their fields.
constexpr std::string_view kProxyType =
    R"(struct { DestinationServiceNameSnake string "json:\"destination_service_name\""; DestinationServiceIDSnake string "json:\"destination_service_id\""; LocalServiceAddressSnake string "json:\"local_service_address\""; LocalServicePortSnake int "json:\"local_service_port\""; *structs.Alias })";

constexpr std::string_view kUpstreamType =
    R"(struct { DestinationTypeSnake string "json:\"destination_type\""; DestinationNamespaceSnake string "json:\"destination_namespace\""; DestinationNameSnake string "json:\"destination_name\""; LocalBindPortSnake int "json:\"local_bind_port\""; LocalBindAddressSnake string "json:\"local_bind_address\""; *structs.Alias })";

constexpr std::string_view kExposePathType =
    R"(struct { LocalPathPortSnake int "json:\"local_path_port\""; ListenerPortSnake int "json:\"listener_port\""; *structs.Alias })";

GoRead read_gateway_mode(std::string& mode) {
  return [&mode](const Json& value, const GoPlace& place) {
    return read_struct(value, place, "structs.MeshGatewayConfig",
                       {{"Mode", go_text(mode, "structs.MeshGatewayMode")}});
  };
}

GoRead read_upstreams(ProxyFields& proxy) {
  return go_array(
      "structs.Upstreams", [&proxy](const Json& value, const GoPlace& place) -> GoError {
        ProxyUpstream upstream;
        std::int64_t port = 0;
        auto error = read_struct(value, place.seal(), kUpstreamType,
                                 {{"DestinationType", go_text(upstream.type)},
                                  {"destination_type", go_text(upstream.type)},
                                  {"DestinationNamespace", go_text(upstream.name_space)},
                                  {"destination_namespace", go_text(upstream.name_space)},
                                  {"DestinationName", go_text(upstream.destination)},
                                  {"destination_name", go_text(upstream.destination)},
                                  {"Datacenter", go_text(upstream.datacenter)},
                                  {"LocalBindAddress", go_text(upstream.local_address)},
                                  {"local_bind_address", go_text(upstream.local_address)},
                                  {"LocalBindPort", go_int(port)},
                                  {"local_bind_port", go_int(port)},
                                  {"Config", go_object(upstream.config_json)},
                                  {"MeshGateway", read_gateway_mode(upstream.gateway_mode)}});
        if (error) return error;
        if (upstream.type.empty()) upstream.type = "service";
        upstream.local_port = to_port(port);
        proxy.upstreams.push_back(std::move(upstream));
        return std::nullopt;
      });
}

struct ExposedPath {
  std::int64_t listener_port = 0;
  std::int64_t local_port = 0;
  std::string path;
  std::string protocol;
  bool parsed = false;
};

void judge_path(const ExposedPath& path, std::vector<std::int64_t>& ports,
                std::vector<std::string>& problems) {
  if (path.path.empty()) problems.emplace_back("expose.paths: empty path exposed");
  if (path.listener_port <= 0 || path.listener_port > 65535) {
    problems.push_back(fmt::format("expose.paths: invalid listener port: {}", path.listener_port));
  } else if (std::ranges::find(ports, path.listener_port) != ports.end()) {
    problems.emplace_back("expose.paths: duplicate listener ports exposed");
  }
  ports.push_back(path.listener_port);
  const std::string protocol = lower(path.protocol);
  if (!protocol.empty() && protocol != "http" && protocol != "http2") {
    problems.push_back(
        fmt::format("protocol '{}' not supported for path: {}, must be in: [http http2]",
                    path.protocol, path.path));
  }
}

GoError read_path(const Json& value, const GoPlace& place, ExposedPath& path) {
  return read_struct(value, place.seal(), kExposePathType,
                     {{"ListenerPort", go_int(path.listener_port)},
                      {"listener_port", go_int(path.listener_port)},
                      {"Path", go_text(path.path)},
                      {"LocalPathPort", go_int(path.local_port)},
                      {"local_path_port", go_int(path.local_port)},
                      {"Protocol", go_text(path.protocol)},
                      {"ParsedFromCheck", go_bool(path.parsed)}});
}

GoError read_expose(const Json& value, const GoPlace& place, ProxyFields& proxy,
                    std::vector<std::string>& problems) {
  bool checks = false;
  Json paths = Json::array();
  std::vector<std::int64_t> ports;
  const auto one = [&](const Json& each, const GoPlace& where) -> GoError {
    ExposedPath path;
    if (auto error = read_path(each, where, path)) return error;
    judge_path(path, ports, problems);
    Json shown = Json::object();
    if (path.listener_port != 0) shown["ListenerPort"] = path.listener_port;
    if (!path.path.empty()) shown["Path"] = path.path;
    if (path.local_port != 0) shown["LocalPathPort"] = path.local_port;
    if (!path.protocol.empty()) shown["Protocol"] = path.protocol;
    shown["ParsedFromCheck"] = path.parsed;
    paths.push_back(std::move(shown));
    return std::nullopt;
  };
  auto error =
      read_struct(value, place, "structs.ExposeConfig",
                  {{"Checks", go_bool(checks)}, {"Paths", go_array("[]structs.ExposePath", one)}});
  if (error) return error;
  Json shown = Json::object();
  if (checks) shown["Checks"] = true;
  if (!paths.empty()) shown["Paths"] = std::move(paths);
  proxy.expose_json = go_json(shown, false);
  return std::nullopt;
}

}  // namespace

GoRead go_proxy(ProxyFields& proxy, std::vector<std::string>& problems) {
  return [&proxy, &problems](const Json& value, const GoPlace& place) -> GoError {
    std::int64_t port = 0;
    auto error = read_struct(value, place.seal(), kProxyType,
                             {{"DestinationServiceName", go_text(proxy.destination_name)},
                              {"destination_service_name", go_text(proxy.destination_name)},
                              {"DestinationServiceID", go_text(proxy.destination_id)},
                              {"destination_service_id", go_text(proxy.destination_id)},
                              {"LocalServiceAddress", go_text(proxy.local_address)},
                              {"local_service_address", go_text(proxy.local_address)},
                              {"LocalServicePort", go_int(port)},
                              {"local_service_port", go_int(port)},
                              {"Config", go_object(proxy.config_json)},
                              {"Upstreams", read_upstreams(proxy)},
                              {"MeshGateway", read_gateway_mode(proxy.gateway_mode)},
                              {"Expose", [&](const Json& each, const GoPlace& where) {
                                 return read_expose(each, where, proxy, problems);
                               }}});
    proxy.local_port = to_port(port);
    return error;
  };
}

GoRead go_tagged_addresses(std::map<std::string, TaggedAddress>& to) {
  return go_map("map[string]structs.ServiceAddress",
                [&to](const std::string& key, const Json& value, const GoPlace& place) {
                  TaggedAddress& address = to[key];
                  return read_struct(
                      value, place, "structs.ServiceAddress",
                      {{"Address", go_text(address.address)}, {"Port", go_int(address.port)}});
                });
}

std::uint16_t to_port(std::int64_t port) {
  return port >= 0 && port <= std::numeric_limits<std::uint16_t>::max()
             ? static_cast<std::uint16_t>(port)
             : std::uint16_t{0};
}

}  // namespace gw::mesh
