// What the node says of itself: /, /status, /endpoints, ... (kong-behaviour.md 8.1).
#include <array>
#include <set>
#include <string>
#include <utility>

#include <fmt/format.h>

#include "admin/handlers.h"
#include "admin/json.h"
#include "gateway/traits.h"

namespace gw::admin {
namespace {

using config::Node;
using model::Level;

constexpr Level k30{3, 0};

int priority_of(std::string_view plugin, const Level& level) {
  const gateway::Traits traits = gateway::traits_of(level);
  return plugin == "key-auth" ? traits.key_auth_priority : traits.rate_limiting_priority;
}

// Only plugins that this program runs: a name in this list is a promise.
std::vector<const config::PluginSpec*> run_plugins(const Level& level) {
  std::vector<const config::PluginSpec*> out;
  for (const config::PluginSpec& plugin : config::plugins()) {
    if (plugin.runs && plugin.at(level)) out.push_back(&plugin);
  }
  return out;
}

Node available_plugins(const Level& level) {
  Node out = config::make_mapping();
  for (const config::PluginSpec* plugin : run_plugins(level)) {
    const int priority = priority_of(plugin->name, level);
    Node about = level < k30 ? config::make_boolean(true)
                             : object({{"version", text(level.version())},
                                       {"priority", config::make_number(priority)}});
    append(out, plugin->name, std::move(about));
  }
  return out;
}

Node plugins_in_use(const Catalogue& catalogue) {
  std::set<std::string> names;
  for (const config::Entity* plugin : catalogue.of("plugins")) {
    names.emplace(config::text_of(*plugin->node, "name"));
  }
  return texts({names.begin(), names.end()});
}

Node configuration(const NodeInfo& info) {
  Node out = object({{"database", text("off")},
                     {"proxy_listen", texts(info.proxy_listen)},
                     {"admin_listen", texts(info.admin_listen)}});
  for (const auto& [name, value] : info.settings) config::set(out, name, text(value));
  return out;
}

Node mib(std::uint64_t bytes) {
  return text(fmt::format("{:.2f} MiB", static_cast<double>(bytes) / (1024.0 * 1024.0)));
}

Node server(const NodeStatus& status) {
  return object({{"connections_accepted", number(status.connections_accepted)},
                 {"connections_active", number(status.connections_active)},
                 {"connections_handled", number(status.connections_handled)},
                 {"connections_reading", number(status.connections_reading)},
                 {"connections_writing", number(status.connections_writing)},
                 {"connections_waiting", number(status.connections_waiting)},
                 {"total_requests", number(status.total_requests)}});
}

}  // namespace

Reply get_node(Call& call) {
  const NodeInfo& info = call.node.info();
  const Level& level = call.level();
  Node body = object({{"tagline", text("Welcome to kong")}, {"version", text(level.version())}});
  // Seen on 3.9.1 and not on 3.4.2.
  if (level >= Level{3, 5}) append(body, "edition", text("community"));
  append(body, "hostname", text(info.hostname));
  append(body, "node_id", text(info.id.str()));
  append(body, "program", text(info.program));
  append(body, "plugins",
         object({{"available_on_server", available_plugins(level)},
                 {"enabled_in_cluster", plugins_in_use(call.catalogue)}}));
  append(body, "configuration", configuration(info));
  if (level >= Level{2, 2}) append(body, "pids", object({{"master", number(info.pid)}}));
  return answer(std::move(body));
}

Reply get_status(Call& call) {
  const NodeStatus status = call.node.status();
  const Level& level = call.level();
  Node body = object(
      {{"memory", object({{"resident", mib(status.resident_bytes)}})}, {"server", server(status)}});
  if (level < k30) append(body, "database", object({{"reachable", config::make_boolean(true)}}));
  if (level >= Level{2, 2}) append(body, "configuration_hash", text(call.catalogue.hash()));
  return answer(std::move(body));
}

Reply get_ready(Call& call) {
  const auto why = call.node.not_ready();
  return why ? say(503, *why) : say(200, "ready");
}

Reply get_endpoints(Call& call) {
  std::set<std::string> paths;
  for (const Endpoint& endpoint : call.endpoints) paths.insert(endpoint.path);
  return answer(object({{"data", texts({paths.begin(), paths.end()})}}));
}

Reply get_enabled_plugins(Call& call) {
  Node names = config::make_sequence();
  for (const config::PluginSpec* plugin : run_plugins(call.level())) {
    names.items.push_back(text(plugin->name));
  }
  return answer(object({{"enabled_plugins", std::move(names)}}));
}

Reply refuse_method(Call&) {
  return method_not_allowed();
}

}  // namespace gw::admin
