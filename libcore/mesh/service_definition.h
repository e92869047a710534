// What clients send to register a service or a check, as Consul 1.8 takes it: names in any case,
// the few snake_case aliases, durations as text, and its texts for what is wrong.
#pragma once

#include <chrono>
#include <cstdint>
#include <map>
#include <memory>
#include <optional>
#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include "base/result.h"
#include "mesh/catalog_types.h"

namespace gw::mesh {

struct CheckDefinition {
  std::string id{};
  std::string name{};
  std::string status{};
  std::string notes{};
  std::string service_id{};
  std::string token{};
  std::string http{}, method{}, body{}, tcp{}, grpc{};
  std::map<std::string, std::vector<std::string>> headers{};
  std::string alias_node{}, alias_service{}, docker{}, shell{};
  std::vector<std::string> script{};
  std::chrono::nanoseconds interval{0}, timeout{0}, ttl{0}, deregister_after{0};
  std::int64_t successes = 0, failures = 0, output_bytes = 0;
  bool any_flag = false;  // one of those that this agent has no use for

  [[nodiscard]] bool is_empty() const;
  [[nodiscard]] bool is_script() const { return !script.empty(); }
  // Consul's text for what does not fit together; "" when all does.
  [[nodiscard]] std::string problem() const;
  // As the catalog keeps it; `id` and `name` stand for those that it does not have itself.
  [[nodiscard]] Check check(const std::string& default_id, const std::string& default_name) const;
};

struct ServiceDefinition {
  std::string kind{};
  std::string id{};
  std::string name{};
  std::vector<std::string> tags{};
  std::string address{};
  std::map<std::string, TaggedAddress> tagged_addresses{};
  std::map<std::string, std::string> meta{};
  std::int64_t port = 0;
  std::vector<CheckDefinition> checks{};  // `Check` first
  std::optional<std::pair<std::int64_t, std::int64_t>> weights{};
  std::string token{};
  bool enable_tag_override = false;
  bool native = false;
  ProxyFields proxy{};
  std::vector<std::string> proxy_problems{};  // what validation has to say about proxy.expose
  std::shared_ptr<ServiceDefinition> sidecar{};
  bool has_nested_connect = false;

  [[nodiscard]] ServiceInstance instance() const;
};

// The body of agent/service/register; Errors are Go's decoder's.
[[nodiscard]] Result<ServiceDefinition> read_service_definition(std::string_view body);
// The body of agent/check/register.
[[nodiscard]] Result<CheckDefinition> read_check_definition(std::string_view body);

// "passing", "warning", "critical"; nullopt for anything else.
[[nodiscard]] std::optional<Health> health_of_text(std::string_view text);

// What Consul refuses about a service, in the order in which it looks; "" when nothing.
[[nodiscard]] std::string problem_of(const ServiceDefinition& service);
// Of what a proxy says about itself: texts for go_errors().
[[nodiscard]] std::vector<std::string> proxy_problems(const ServiceInstance& service);
// "Couldn't load metadata pair ('a b', '1'): Key contains invalid characters"
[[nodiscard]] std::string problem_of_meta(const std::map<std::string, std::string>& meta);
[[nodiscard]] bool is_any_address(std::string_view address);  // 0.0.0.0, [::]

}  // namespace gw::mesh
