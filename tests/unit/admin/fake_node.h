// A gateway without traffic: holds a config, swaps it when asked to, notes what was audited.
#pragma once

#include <chrono>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "admin/api.h"
#include "gateway/snapshot.h"

namespace gw::admin::testing {

inline constexpr WallTime kLoadedAt{std::chrono::seconds{1795286607} +
                                    std::chrono::milliseconds{4}};

class FakeNode final : public LiveNode {
 public:
  // `config` without _format_version, at this level ("3.9").
  explicit FakeNode(std::string_view level, std::string_view config = {});

  NodeInfo node_info;
  NodeStatus node_status;
  std::optional<std::string> why_not_ready;
  std::optional<std::string> publish_failure;
  std::map<Uuid, TargetHealth> target_health;
  bool has_checks = true;
  std::vector<std::string> audited;
  CataloguePtr running;
  VirtualClock time{kLoadedAt};

  [[nodiscard]] const NodeInfo& info() const override { return node_info; }
  [[nodiscard]] const Clock& clock() const override { return time; }
  [[nodiscard]] NodeStatus status() const override { return node_status; }
  [[nodiscard]] std::optional<std::string> not_ready() const override { return why_not_ready; }
  [[nodiscard]] CataloguePtr catalogue() const override { return running; }
  [[nodiscard]] config::LoadOptions load_options() const override;
  [[nodiscard]] Result<void> publish(Candidate candidate) override;
  [[nodiscard]] TargetHealth health(const Uuid& upstream, const Uuid& target) const override;
  [[nodiscard]] Result<void> mark(const Uuid& upstream, const Uuid& target, bool healthy) override;
  void audit(const AuditEntry& entry) override;

 private:
  model::Level level_;
};

// `config` with the newest _format_version that the level reads.
[[nodiscard]] std::string with_format(std::string_view level, std::string_view config);

using Fields = std::vector<std::pair<std::string, std::string>>;

struct Ask {
  std::string_view method = "GET";
  std::string_view target = "/";
  std::string_view type = {};
  std::string_view body = {};
  Fields fields = {};
};
[[nodiscard]] Response ask(FakeNode& node, const Ask& what);
[[nodiscard]] Response get(FakeNode& node, std::string_view target);
// "" when the answer has no such field.
[[nodiscard]] std::string field(const Response& response, std::string_view name);

// A config with one of nearly everything; ids of named entities are Kong's own.
inline constexpr std::string_view kShop = R"(
services:
- name: web
  url: http://web.test:8080/base
  tags: [front, shop]
  routes:
  - name: r1
    paths: [/web]
  plugins:
  - name: rate-limiting
    config: {minute: 5, policy: local}
- name: api
  host: api.test
  tags: [shop]
routes:
- name: r2
  service: api
  paths: [/api]
  tags: [back]
consumers:
- username: bob
  custom_id: "42"
  keyauth_credentials:
  - key: bobs-canary-key
- username: alice
upstreams:
- name: up.test
  targets:
  - target: 192.0.2.1:8080
  - target: "::1"
plugins:
- name: key-auth
)";

}  // namespace gw::admin::testing
