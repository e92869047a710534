#include "mesh_report/summary.h"

#include <algorithm>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "mesh_report/table.h"

namespace gw::mesh_report {
namespace {

using mesh::PlacedService;

constexpr std::string_view kUsualConsul = "127.0.0.1:8500";

std::string or_dash(const std::string& text) {
  return text.empty() ? "-" : text;
}

std::string calls_of(const PlacedService& service) {
  std::vector<std::string> out;
  out.reserve(service.upstreams.size());
  for (const auto& [name, address] : service.upstreams) {
    out.push_back(fmt::format("{} at {}", printable(name), address));
  }
  return out.empty() ? "-" : join(out, ", ");
}

std::string service_table(const Summary& summary) {
  std::vector<Row> rows{{"SERVICE", "SPIFFE ID", "SIDECAR", "APPLICATION", "CALLS"}};
  for (const PlacedService& service : summary.services) {
    rows.push_back({printable(service.name), printable(service.spiffe_id), or_dash(service.sidecar),
                    or_dash(service.application), calls_of(service)});
  }
  return join(align(rows), "\n") + "\n";
}

// A command with what it shows.
using Hint = std::pair<std::string, std::string>;

// As a shell takes it.
std::string word(const std::string& text) {
  const bool plain = !text.empty() && std::ranges::all_of(text, [](char c) {
    return is_alnum(c) || std::string_view("-_.:/").find(c) != std::string_view::npos;
  });
  if (plain) return text;
  std::string out = "'";
  for (const char c : printable(text)) out += c == '\'' ? std::string("'\\''") : std::string(1, c);
  return out + "'";
}

// Who calls whom first, seen from the gateway where there is one.
const PlacedService* first_caller(const Summary& summary) {
  const auto found = std::ranges::find_if(
      summary.services, [](const PlacedService& one) { return !one.upstreams.empty(); });
  return found == summary.services.end() ? nullptr : &*found;
}

std::vector<Hint> hints(const Summary& summary) {
  std::vector<Hint> out;
  if (const PlacedService* caller = first_caller(summary); caller != nullptr) {
    const auto& [service, address] = *caller->upstreams.begin();
    out.emplace_back(fmt::format("curl http://{}/", address),
                     fmt::format("{} calls {}, through both sidecars", printable(caller->name),
                                 printable(service)));
    out.emplace_back(fmt::format("gatewayctl mesh intention create --deny {} {}",
                                 word(caller->name), word(service)),
                     "then the same again");
  }
  if (!summary.services.empty()) {
    const std::string& name = summary.services.front().name;
    out.emplace_back(fmt::format("gatewayctl certs fetch --service {} --out certs", word(name)),
                     fmt::format("what {} shows in the mesh", printable(name)));
  }
  return out;
}

std::string hint_text(const Summary& summary) {
  std::vector<Row> rows;
  for (const auto& [command, why] : hints(summary)) rows.push_back({"  " + command, why});
  std::string out = "Try, in another terminal:\n";
  if (summary.consul != kUsualConsul) {
    out += fmt::format("  export CONSUL_HTTP_ADDR={}\n", summary.consul);
  }
  return out + join(align(rows), "\n") + "\n";
}

}  // namespace

std::string summary_text(const Summary& summary) {
  const std::vector<Row> rows{
      {"Consul",
       fmt::format("http://{}  (datacenter {}, as {})", summary.consul,
                   printable(summary.agent.datacenter), printable(summary.agent.version))},
      {"Trust domain", summary.trust_domain},
      {"Hosts file", fmt::format("{}  (gatewayctl serve --set dns_hostsfile={})",
                                 printable(summary.hosts_file), word(summary.hosts_file))}};
  return fmt::format("{}\n\n{}\n{}", join(align(rows), "\n"), service_table(summary),
                     hint_text(summary));
}

}  // namespace gw::mesh_report
