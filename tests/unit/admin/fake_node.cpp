#include "fake_node.h"

#include <stdexcept>
#include <utility>

#include "base/text.h"

namespace gw::admin::testing {

std::string with_format(std::string_view level, std::string_view config) {
  const std::string_view format = level.starts_with('3') ? "3.0" : level == "2.0" ? "1.1" : "2.1";
  return "_format_version: \"" + std::string(format) + "\"\n" + std::string(config);
}

FakeNode::FakeNode(std::string_view level, std::string_view config)
    : level_(model::Level::parse(level).value()) {
  node_info.hostname = "gw1";
  node_info.id = Uuid::v5(Uuid{}, "gw1");
  node_info.pid = 77;
  node_info.program = "gatewayctl";
  node_info.proxy_listen = {"0.0.0.0:8000"};
  node_info.admin_listen = {"127.0.0.1:8001"};
  running = Catalogue::empty(level_);
  if (config.empty()) return;
  config::Sources sources;
  config::Diagnostics found;
  auto candidate = read_candidate("kong.yml", with_format(level, config), load_options(), kLoadedAt,
                                  sources, found);
  for (const config::Diagnostic& d : found.all()) {
    if (d.severity == config::Severity::error) throw std::runtime_error(d.path + ": " + d.message);
  }
  running = candidate.value().catalogue;
}

config::LoadOptions FakeNode::load_options() const {
  config::LoadOptions options;
  options.level = level_;
  return options;
}

Result<void> FakeNode::publish(Candidate candidate) {
  if (publish_failure) return fail(ErrorCode::invalid, *publish_failure);
  auto compiled = gateway::compile(std::move(candidate.config), {});
  if (!compiled) return std::unexpected(compiled.error());
  running = std::move(candidate.catalogue);
  return {};
}

TargetHealth FakeNode::health(const Uuid&, const Uuid& target) const {
  const auto at = target_health.find(target);
  return at == target_health.end() ? TargetHealth::healthchecks_off : at->second;
}

void FakeNode::audit(const AuditEntry& entry) {
  const auto status = std::to_string(entry.status);
  std::string line = "admin write";
  for (const auto& [name, value] :
       std::initializer_list<std::pair<const char*, std::string_view>>{{"peer", entry.peer},
                                                                       {"method", entry.method},
                                                                       {"endpoint", entry.endpoint},
                                                                       {"status", status},
                                                                       {"config", entry.config},
                                                                       {"was", entry.was}}) {
    line.append(" ").append(name).append("=").append(value);
  }
  audited.push_back(std::move(line));
}

Result<void> FakeNode::mark(const Uuid&, const Uuid& target, bool healthy) {
  if (!has_checks) return fail(ErrorCode::missing, "no health checks");
  target_health[target] = healthy ? TargetHealth::healthy : TargetHealth::unhealthy;
  return {};
}

Response ask(FakeNode& node, const Ask& what) {
  std::vector<http::Field> fields;
  bool has_host = false;
  for (const auto& [name, value] : what.fields) {
    fields.push_back({name, value});
    has_host = has_host || iequals(name, "host");
  }
  if (!has_host) fields.push_back({"Host", "localhost:8001"});
  if (!what.type.empty()) fields.push_back({"Content-Type", what.type});
  Api api(node);
  return api.handle({.method = what.method,
                     .target = what.target,
                     .fields = fields,
                     .body = what.body,
                     .peer = "127.0.0.1"});
}

Response get(FakeNode& node, std::string_view target) {
  return ask(node, {.target = target});
}

std::string field(const Response& response, std::string_view name) {
  for (const auto& [own, value] : response.fields) {
    if (iequals(own, name)) return value;
  }
  return {};
}

}  // namespace gw::admin::testing
