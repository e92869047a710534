#include "mesh/catalog_support.h"

#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>

#include "base/text.h"
#include "mesh/filter.h"

namespace gw::mesh {

void prepare_catalog(State& state) {
  state.catalog.set_node({.name = state.settings.node_name,
                          .id = state.settings.node_id,
                          .address = state.settings.address,
                          .version = state.settings.version});
  state.catalog.run_checks(state.loop);
}

bool may(const State& state, const Call& call, Resource resource, std::string_view name,
         Access access) {
  return state.acl.may(call.token, resource, name, access);
}

bool may_see(const State& state, const Call& call, const ServiceInstance& service) {
  return may(state, call, Resource::service, service.name, Access::read);
}

bool may_see(const State& state, const Call& call, const Node& node) {
  return may(state, call, Resource::node, node.name, Access::read);
}

bool may_see(const State& state, const Call& call, const Node& node, const Check& check) {
  if (!may_see(state, call, node)) return false;
  const auto service = node.services.find(check.service_id);
  return service == node.services.end() || may_see(state, call, service->second);
}

Reply missing_right(std::string_view right, std::string_view name) {
  return refuse(403, fmt::format("Permission denied: Missing {} on {}", right, name));
}

Reply list_reply(const Call& call, Json list, const Json& shape, std::uint64_t index) {
  if (auto refused = apply_filter(call, list, shape)) return std::move(*refused);
  Reply reply = json_reply(call, list);
  reply.index = index;
  reply.has_consistency = true;
  return reply;
}

Reply local_reply(const Call& call, Json list, const Json& shape) {
  if (auto refused = apply_filter(call, list, shape)) return std::move(*refused);
  return json_reply(call, list);
}

std::optional<Reply> apply_filter(const Call& call, Json& list, const Json& shape) {
  const std::string_view text = call.get("filter");
  if (text.empty()) return std::nullopt;
  const auto filter = Filter::parse(text, shape);
  if (!filter) return refuse(500, filter.error().message);
  if (list.is_array()) {
    list = filtered(list, *filter);
    return std::nullopt;
  }
  Json kept = Json::object();
  for (const auto& [key, element] : list.items()) {
    if (filter->matches(element)) kept[key] = element;
  }
  list = std::move(kept);
  return std::nullopt;
}

bool has_wanted_meta(const Call& call, const Node& node) {
  return std::ranges::all_of(call.all("node-meta"), [&](std::string_view pair) {
    const std::size_t colon = pair.find(':');
    const auto found = node.meta.find(std::string(pair.substr(0, colon)));
    const std::string_view wanted = colon == std::string_view::npos ? "" : pair.substr(colon + 1);
    return found != node.meta.end() && found->second == wanted;
  });
}

bool has_wanted_tags(const Call& call, const ServiceInstance& service) {
  return std::ranges::all_of(call.all("tag"), [&](std::string_view wanted) {
    return std::ranges::any_of(service.tags,
                               [&](const std::string& tag) { return iequals(tag, wanted); });
  });
}

bool connects_to(const ServiceInstance& service, std::string_view name) {
  if (service.kind == ServiceKind::connect_proxy) return service.proxy.destination_name == name;
  return service.connect_native && service.name == name;
}

std::optional<bool> parse_query_bool(std::string_view text) {
  constexpr std::array<std::string_view, 6> kTrue{"1", "t", "T", "true", "TRUE", "True"};
  constexpr std::array<std::string_view, 6> kFalse{"0", "f", "F", "false", "FALSE", "False"};
  if (std::ranges::find(kTrue, text) != kTrue.end()) return true;
  if (std::ranges::find(kFalse, text) != kFalse.end()) return false;
  return std::nullopt;
}

Reply unknown_service(std::string_view id) {
  return refuse(500, fmt::format("Unknown service {{\"{}\" {{}}}}", id));
}

Reply done() {
  return {.content_type = "", .body = ""};
}

Reply decode_failed(const Error& error) {
  return refuse(400, "Request decode failed: " + error.message);
}

}  // namespace gw::mesh
