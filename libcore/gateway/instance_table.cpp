#include "gateway/instance_table.h"

#include <cstddef>

namespace gw::gateway {
namespace {

struct ScopeRow {
  bool route, service, consumer;
  std::string_view name;
};
// The first that has an instance wins.
constexpr std::array<ScopeRow, 8> kOrder{{
    {true, true, true, "route + service + consumer"},
    {true, false, true, "route + consumer"},
    {false, true, true, "service + consumer"},
    {true, true, false, "route + service"},
    {false, false, true, "consumer"},
    {true, false, false, "route"},
    {false, true, false, "service"},
    {false, false, false, "global"},
}};

}  // namespace

std::size_t scope_order(const PluginScope& scope) {
  for (std::size_t i = 0; i < kOrder.size(); ++i) {
    if (kOrder[i].route == scope.route.has_value() &&
        kOrder[i].service == scope.service.has_value() &&
        kOrder[i].consumer == scope.consumer.has_value()) {
      return i;
    }
  }
  return kOrder.size();
}

std::string_view scope_name(const PluginScope& scope) {
  return kOrder.at(scope_order(scope)).name;
}

std::size_t InstanceTable::KeyHash::operator()(const Key& key) const {
  std::uint64_t h = 0;
  for (const std::uint32_t id : key.ids) h = (h ^ id) * 0x9E3779B97F4A7C15ULL;
  return static_cast<std::size_t>(h ^ (h >> 32U));
}

InstanceTable::Key InstanceTable::key_of(const PluginScope& scope) {
  const auto id = [](std::optional<std::uint32_t> i) { return i ? *i + 1 : 0; };
  return {{id(scope.route), id(scope.service), id(scope.consumer)}};
}

void InstanceTable::add(const PluginScope& scope, std::uint32_t instance) {
  instances_[key_of(scope)] = instance;
  occurs_.at(scope_order(scope)) = true;
  if (scope.consumer) {
    if (scoped_consumers_.size() <= *scope.consumer) scoped_consumers_.resize(*scope.consumer + 1);
    scoped_consumers_[*scope.consumer] = true;
  }
}

std::optional<std::uint32_t> InstanceTable::pick(std::uint32_t route,
                                                 std::optional<std::uint32_t> service,
                                                 std::optional<std::uint32_t> consumer) const {
  if (consumer && !is_scoped_to(*consumer)) consumer.reset();
  for (std::size_t i = 0; i < kOrder.size(); ++i) {
    const ScopeRow& row = kOrder[i];
    if (!occurs_[i] || (row.service && !service) || (row.consumer && !consumer)) continue;
    const PluginScope scope{row.route ? std::optional(route) : std::nullopt,
                            row.service ? service : std::nullopt,
                            row.consumer ? consumer : std::nullopt};
    if (const auto found = instances_.find(key_of(scope)); found != instances_.end()) {
      return found->second;
    }
  }
  return std::nullopt;
}

}  // namespace gw::gateway
