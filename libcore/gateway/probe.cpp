#include "gateway/probe.h"

#include "base/arena.h"
#include "gateway/compiled.h"
#include "http/uri.h"

namespace gw::gateway {

std::optional<KeyPlace> key_place(const Snapshot& snapshot, const RequestView& request) {
  Arena arena;
  const auto target = http::split_target(request.head.target);
  const RouteQuery query{.method = request.head.method,
                         .host = http::find(request.head.fields, "Host").value_or(""),
                         .path = snapshot.traits.normalizes_request
                                     ? http::normalize_path(target.path, arena)
                                     : target.path,
                         .scheme = request.scheme,
                         .listener_port = request.listener_port,
                         .sni = request.sni,
                         .fields = request.head.fields};
  const auto match = snapshot.router->match(query);
  if (!match) return std::nullopt;
  const auto kind = static_cast<std::size_t>(PluginKind::key_auth);
  const auto index =
      snapshot.instances[kind].pick(match->route, snapshot.routes[match->route].service, {});
  if (!index) return std::nullopt;
  const model::KeyAuth& config =
      *std::get<CompiledKeyAuth>(snapshot.plugins[*index].compiled).config;
  if (config.key_names.empty()) return std::nullopt;
  const auto in = config.key_in_header  ? KeyPlace::In::header
                  : config.key_in_query ? KeyPlace::In::query
                                        : KeyPlace::In::form;
  return KeyPlace{in, config.key_names.front()};
}

}  // namespace gw::gateway
