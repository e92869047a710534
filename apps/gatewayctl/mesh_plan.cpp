#include "mesh_plan.h"

#include <utility>

#include <fmt/format.h>

#include "base/files.h"
#include "base/text.h"

namespace gw::app {
namespace {

constexpr std::size_t kMostTopologyBytes = std::size_t{4} << 20;

// "127.0.0.1:8500", "[::1]:8500", "localhost:0".
Result<net::Address> read_listen(const std::string& text) {
  const auto colon = text.rfind(':');
  if (colon != std::string::npos) {
    std::string host = text.substr(0, colon);
    if (host.starts_with('[') && host.ends_with(']')) host = host.substr(1, host.size() - 2);
    const auto ip = host == "localhost" ? IpAddress::loopback() : IpAddress::parse(host);
    const auto port = parse_uint(std::string_view(text).substr(colon + 1));
    if (ip && port && *port <= 65535) {
      return net::Address{.ip = *ip, .port = static_cast<std::uint16_t>(*port)};
    }
  }
  return gw::fail(
      ErrorCode::invalid,
      fmt::format("--consul-listen: '{}' is no ADDR:PORT; write 127.0.0.1:8500, or port 0 for a "
                  "free one",
                  printable(text)));
}

Result<IpAddress> read_network(const std::string& text) {
  const auto ip = IpAddress::parse(text);
  if (ip && mesh::is_network(*ip)) return *ip;
  return gw::fail(ErrorCode::invalid,
                  fmt::format("--network: '{}' is no network of this machine alone; write "
                              "127.X.Y.0, such as 127.1.0.0",
                              printable(text)));
}

std::optional<mesh::Topology> read_file_topology(const std::string& path, Inputs& inputs) {
  auto text = read_file(path, kMostTopologyBytes);
  if (!text) {
    remember(path, text.error(), inputs);
    return std::nullopt;
  }
  const config::FileId file = inputs.sources.add(path, std::move(*text));
  return mesh::read_topology(inputs.sources, file, inputs.diagnostics);
}

}  // namespace

Result<std::optional<MeshPlan>> read_mesh_plan(const cli::Invocation& invocation, Inputs& inputs) {
  MeshPlan plan;
  const auto consul = read_listen(invocation.value("--consul-listen", "127.0.0.1:8500"));
  if (!consul) return std::unexpected(consul.error());
  plan.consul = *consul;
  std::optional<IpAddress> network;
  if (invocation.has("--network")) {
    const auto read = read_network(invocation.value("--network"));
    if (!read) return std::unexpected(read.error());
    network = *read;
  }
  plan.ready_file = invocation.value("--ready-file");
  plan.hosts_file = invocation.value("--hosts-file");
  plan.verbose = invocation.has("--verbose");
  auto topology = invocation.has("--file") ? read_file_topology(invocation.value("--file"), inputs)
                                           : std::optional(mesh::tutorial_topology());
  inputs.diagnostics.sort();
  if (!topology) return std::nullopt;
  plan.topology = std::move(*topology);
  if (network) plan.topology.network = *network;
  return plan;
}

}  // namespace gw::app
