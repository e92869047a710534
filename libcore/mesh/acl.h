// ACL tokens and what they may do (consul-behaviour.md 2.4). Off unless the topology says so.
#pragma once

#include <cstdint>
#include <map>
#include <optional>
#include <string>
#include <string_view>
#include <vector>

#include "base/secret.h"

namespace gw::mesh {

enum class Access : std::uint8_t { deny, list, read, write };
enum class Resource : std::uint8_t { agent, key, node, operators, service, intention, session };

struct AclRule {
  Resource resource = Resource::service;
  std::string name;        // exact, or a prefix
  bool is_prefix = false;  // service_prefix and the like
  Access access = Access::read;
  // Of service rules: what they allow on the service's intentions; by default read where the
  // service may be read or written.
  std::optional<Access> intentions{};
};

struct AclToken {
  Secret secret;
  std::string accessor;
  bool management = false;  // may do everything
  std::vector<AclRule> rules;
};

struct AclOptions {
  bool enabled = false;
  bool allow_by_default = true;  // acl.default_policy; also decides connections without intention
  std::vector<AclToken> tokens{};
  std::vector<AclRule> anonymous{};
};

class Acl {
 public:
  explicit Acl(AclOptions options = {});

  [[nodiscard]] bool enabled() const { return options_.enabled; }
  [[nodiscard]] bool allow_by_default() const { return options_.allow_by_default; }
  // nullptr: there is none. Every token is compared, each in constant time.
  [[nodiscard]] const AclToken* find(std::string_view token) const;
  // Whether the token exists; the empty one (anonymous) does. Compared in constant time.
  [[nodiscard]] bool knows(std::string_view token) const;
  // All is allowed while ACLs are off.
  [[nodiscard]] bool may(std::string_view token, Resource resource, std::string_view name,
                         Access access) const;

 private:
  AclOptions options_;
};

}  // namespace gw::mesh
