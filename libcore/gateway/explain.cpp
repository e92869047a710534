#include "gateway/explain.h"

#include <algorithm>
#include <string>

#include <fmt/format.h>

#include "base/text.h"
#include "gateway/store.h"
#include "limit/counter_key.h"

namespace gw::gateway {
namespace {

constexpr std::size_t kNextRoutes = 5;
constexpr std::size_t kMaxLost = 20;

Trace::RouteSeen seen(const Snapshot& snapshot, std::uint32_t route, std::string why_not) {
  const model::Route& model = *snapshot.routes[route].model;
  return {model.name, model.id.str(), std::move(why_not)};
}

std::string why_lost(const CompiledPlugin& other, std::uint32_t route,
                     std::optional<std::uint32_t> service, std::optional<std::uint32_t> consumer) {
  if (other.scope.route && *other.scope.route != route) return "it is for another route";
  if (other.scope.service && other.scope.service != service) return "it is for another service";
  if (other.scope.consumer && !consumer) return "no consumer was authenticated before it";
  if (other.scope.consumer && other.scope.consumer != consumer) return "it is for another consumer";
  return "a more specific instance applies";
}

// Counters are named by Kong's key; a client-chosen identifier is shown as it may be printed.
std::string shown_key(const limit::Charge& charge, const limit::Window& window) {
  return printable(limit::counter_key(charge.parts, window));
}

std::string store_name(const Store& store) {
  if (store.kind == Store::Kind::memory) return "local";
  std::string name = "redis " + redis_name(store.redis);
  if (store.kind == Store::Kind::synced) name += fmt::format(" every {} s", store.sync_rate);
  return name;
}

}  // namespace

void explain_route(const Snapshot& snapshot, const RouteQuery& query,
                   const std::optional<RouteMatch>& match, Trace& trace) {
  if (match) trace.route = seen(snapshot, match->route, "");
  for (auto& other : snapshot.router->explain(query, match, kNextRoutes)) {
    trace.next.push_back(seen(snapshot, other.route, std::move(other.why_not)));
  }
}

void explain_plugin(const Snapshot& snapshot, PluginKind kind, std::uint32_t route,
                    std::optional<std::uint32_t> service, std::optional<std::uint32_t> consumer,
                    std::optional<std::uint32_t> picked, Trace& trace) {
  const std::string_view name = kPluginNames[static_cast<std::size_t>(kind)];
  const bool told =
      std::ranges::any_of(trace.plugins, [&](const auto& p) { return p.name == name; });
  if (told) return;  // the plugin was asked again, after a body or counters
  Trace::PluginSeen plugin{std::string(name), {}, {}, {}};
  if (picked) {
    const CompiledPlugin& applied = snapshot.plugins[*picked];
    plugin.applied_id = applied.plugin->id.str();
    plugin.applied_scope = scope_name(applied.scope);
  }
  for (std::uint32_t i = 0; i < snapshot.plugins.size() && plugin.lost.size() < kMaxLost; ++i) {
    const CompiledPlugin& other = snapshot.plugins[i];
    if (other.compiled.index() != static_cast<std::size_t>(kind) || picked == i) continue;
    plugin.lost.push_back({other.plugin->id.str(), std::string(scope_name(other.scope)),
                           why_lost(other, route, service, consumer)});
  }
  trace.plugins.push_back(std::move(plugin));
}

void explain_counters(const Store& store, const limit::Charge& charge,
                      const limit::Reading& reading, Trace& trace) {
  const bool counted = charge.how == limit::Counting::always ||
                       (charge.how == limit::Counting::if_all_pass && reading.passed);
  for (const limit::Window& window : charge.windows) {
    const std::uint64_t before = reading.used_before[model::index(window.period)];
    trace.counters.push_back({store_name(store), shown_key(charge, window), window.period,
                              window.limit, before, before + (counted ? 1 : 0)});
  }
}

}  // namespace gw::gateway
