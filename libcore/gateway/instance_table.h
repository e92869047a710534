// Of several instances of one plugin, the one that runs (kong-behaviour.md 4.2).
#pragma once

#include <array>
#include <cstdint>
#include <optional>
#include <string_view>
#include <unordered_map>
#include <vector>

namespace gw::gateway {

// A plugin's scope by indexes into the snapshot's tables.
struct PluginScope {
  std::optional<std::uint32_t> route;
  std::optional<std::uint32_t> service;
  std::optional<std::uint32_t> consumer;
  friend bool operator==(const PluginScope&, const PluginScope&) = default;
};

// "route + consumer", "service", "global".
[[nodiscard]] std::string_view scope_name(const PluginScope& scope);
// Position in Kong's order, 0 the most specific.
[[nodiscard]] std::size_t scope_order(const PluginScope& scope);

// The instances of one plugin name.
class InstanceTable {
 public:
  // Instances are numbered by the caller; of two with one scope the later wins.
  void add(const PluginScope& scope, std::uint32_t instance);

  // The instance for a request of this route, service and consumer; nullopt: none applies.
  [[nodiscard]] std::optional<std::uint32_t> pick(std::uint32_t route,
                                                  std::optional<std::uint32_t> service,
                                                  std::optional<std::uint32_t> consumer) const;

  // Whether some instance is for this consumer; else pick() is the same as without one.
  [[nodiscard]] bool is_scoped_to(std::uint32_t consumer) const {
    return consumer < scoped_consumers_.size() && scoped_consumers_[consumer];
  }

 private:
  struct Key {
    std::array<std::uint32_t, 3> ids{};  // route, service, consumer; 0: not scoped, else index + 1
    friend bool operator==(const Key&, const Key&) = default;
  };
  struct KeyHash {
    std::size_t operator()(const Key& key) const;
  };
  static Key key_of(const PluginScope& scope);

  std::unordered_map<Key, std::uint32_t, KeyHash> instances_;
  // Which of Kong's eight scopes occur at all: the others are not looked up.
  std::array<bool, 8> occurs_{};
  std::vector<bool> scoped_consumers_;  // by consumer: has an instance of its own
};

}  // namespace gw::gateway
