#include "serve_admin.h"

#include <algorithm>
#include <array>
#include <string_view>
#include <unistd.h>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/files.h"
#include "base/rng.h"
#include "base/text.h"
#include "cli/spec.h"
#include "model/entities.h"
#include "serve_plan.h"

namespace gw::app {
namespace {

using proxy::LogLevel;

std::string host_name() {
  std::array<char, 256> name{};
  if (::gethostname(name.data(), name.size() - 1) != 0) return "localhost";
  return name.data();
}

std::vector<std::string> with_suffixes(const std::vector<std::string>& addresses,
                                       const std::vector<gateway::Listener>& listeners) {
  std::vector<std::string> out = addresses;
  for (std::size_t i = 0; i < std::min(out.size(), listeners.size()); ++i) {
    if (listeners[i].tls) out[i] += " ssl";
    if (listeners[i].proxy_protocol) out[i] += " proxy_protocol";
  }
  return out;
}

std::string place_of(const std::string& log) {
  return log.empty() ? "off" : log == "-" ? "/dev/stdout" : log;
}

// /proc/self/statm (proc(5)): pages, the second number those in memory. 0 where there is none.
std::uint64_t resident_bytes() {
  const auto text = read_file("/proc/self/statm", 4096);
  if (!text) return 0;
  const auto words = split(trim_ows(*text), ' ');
  const auto pages = words.size() > 1 ? parse_uint(words[1]) : std::nullopt;
  return pages.value_or(0) * static_cast<std::uint64_t>(::sysconf(_SC_PAGESIZE));
}

constexpr std::array kHealth{admin::TargetHealth::healthchecks_off, admin::TargetHealth::healthy,
                             admin::TargetHealth::unhealthy, admin::TargetHealth::dns_error};

}  // namespace

admin::NodeInfo describe_node(const gateway::ServerSettings& settings, const Listening& listening) {
  Rng rng(random_seed());
  admin::NodeInfo info;
  info.hostname = host_name();
  info.id = Uuid::v4(rng);
  info.pid = static_cast<std::uint32_t>(::getpid());
  info.program = fmt::format("gatewayctl {}", cli::version());
  info.proxy_listen = with_suffixes(listening.proxy, settings.proxy_listen);
  info.admin_listen = with_suffixes(listening.admin, settings.admin_listen);
  info.settings = {{"declarative_config", settings.declarative_config},
                   {"prefix", settings.prefix},
                   {"nginx_worker_processes", fmt::format("{}", proxy::worker_count(settings))},
                   {"log_level", std::string(gateway::log_level_name(settings.log.level))},
                   {"proxy_access_log", place_of(settings.log.access)},
                   {"proxy_error_log", place_of(settings.log.error)},
                   {"admin_access_log", place_of(settings.log.admin_access)},
                   {"dns_hostsfile", settings.dns.hosts_file}};
  info.allowed_hosts = {info.hostname};
  return info;
}

AdminNode::AdminNode(const AdminNodeParts& parts, admin::NodeInfo info)
    : parts_(parts), info_(std::move(info)) {}

admin::NodeStatus AdminNode::status() const {
  const proxy::ServerStatus sum = parts_.server.status();
  const std::uint64_t busy = std::min(sum.busy, sum.active);
  return {.connections_accepted = sum.accepted,
          .connections_active = sum.active,
          .connections_handled = sum.accepted - std::min(sum.refused, sum.accepted),
          .connections_reading = 0,
          .connections_writing = busy,
          .connections_waiting = sum.active - busy,
          .total_requests = sum.requests,
          .resident_bytes = resident_bytes()};
}

std::optional<std::string> AdminNode::not_ready() const {
  if (draining_.load()) return "the node is stopping: it finishes what it has begun";
  const std::string store = parts_.server.missing_store(*parts_.running.generation());
  if (!store.empty()) {
    return "redis " + store + " is out of reach, and a plugin without fault_tolerant counts there";
  }
  return parts_.consul.missing();
}

admin::CataloguePtr AdminNode::catalogue() const {
  return parts_.running.catalogue();
}

config::LoadOptions AdminNode::load_options() const {
  return serve_options(parts_.invocation);
}

Result<void> AdminNode::publish(admin::Candidate candidate) {
  const std::size_t services = candidate.config.services.size();
  const std::size_t routes = candidate.config.routes.size();
  const std::size_t consumers = candidate.config.consumers.size();
  if (auto done = parts_.running.publish(std::move(candidate)); !done) return done;
  parts_.log.write(
      LogLevel::notice, "reloaded",
      {{"by", "admin"}, {"services", services}, {"routes", routes}, {"consumers", consumers}});
  return {};
}

std::optional<proxy::TargetOf> AdminNode::find(const Uuid& upstream, const Uuid& target) const {
  proxy::TargetOf of{.generation = parts_.running.generation()};
  const auto& upstreams = of.generation->config->upstreams;
  const auto up = std::ranges::find(upstreams, upstream, &model::Upstream::id);
  if (up == upstreams.end()) return std::nullopt;
  const auto one = std::ranges::find(up->targets, target, &model::Target::id);
  if (one == up->targets.end()) return std::nullopt;
  of.upstream = &*up;
  of.target = &*one;
  return of;
}

// A worker that does not answer serves nobody, whatever its targets could do.
admin::TargetHealth AdminNode::health(const Uuid& upstream, const Uuid& target) const {
  const auto of = find(upstream, target);
  if (!of) return admin::TargetHealth::healthchecks_off;
  const auto known = parts_.server.health(*of);
  return known ? kHealth.at(static_cast<std::size_t>(*known)) : admin::TargetHealth::unhealthy;
}

Result<void> AdminNode::mark(const Uuid& upstream, const Uuid& target, bool healthy) {
  const auto of = find(upstream, target);
  if (!of) return fail(ErrorCode::missing, "there is no such target");
  if (!model::is_used(of->upstream->healthchecks)) {
    return fail(
        ErrorCode::invalid,
        fmt::format("upstream {} has no health checks: add healthchecks", of->upstream->name));
  }
  parts_.server.mark(*of, healthy);
  parts_.log.write(LogLevel::notice, healthy ? "target_marked_healthy" : "target_marked_unhealthy",
                   {{"target", of->target->host}, {"port", of->target->port}});
  return {};
}

void AdminNode::audit(const admin::AuditEntry& entry) {
  parts_.log.write(LogLevel::notice, "admin_write",
                   {{"peer", entry.peer},
                    {"method", entry.method},
                    {"endpoint", entry.endpoint},
                    {"status", entry.status},
                    {"config", entry.config},
                    {"was", entry.was}});
}

}  // namespace gw::app
