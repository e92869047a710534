#include "mesh/acl.h"

#include <algorithm>
#include <utility>

#include "base/digest.h"

namespace gw::mesh {
namespace {

// In order of what they allow; for keys "list" stands between reading and writing.
int rank(Access access) {
  switch (access) {
    case Access::deny:
      return 0;
    case Access::read:
      return 1;
    case Access::list:
      return 2;
    case Access::write:
      return 3;
  }
  return 0;
}

Access default_intentions(Access service) {
  return service == Access::deny ? Access::deny : Access::read;
}

// What the rule says about `resource`; nullopt: it is not about it.
std::optional<Access> says(const AclRule& rule, Resource resource) {
  if (rule.resource == resource) return rule.access;
  if (resource == Resource::intention && rule.resource == Resource::service) {
    return rule.intentions.value_or(default_intentions(rule.access));
  }
  return std::nullopt;
}

// Operator rules have no names.
bool is_about(const AclRule& rule, std::string_view name) {
  if (rule.resource == Resource::operators) return true;
  return rule.is_prefix ? name.starts_with(rule.name) : name == rule.name;
}

// An exact rule before any prefix, the longer prefix before the shorter.
const AclRule* pick(const std::vector<AclRule>& rules, Resource resource, std::string_view name) {
  const AclRule* best = nullptr;
  for (const AclRule& rule : rules) {
    if (!says(rule, resource) || !is_about(rule, name)) continue;
    if (!rule.is_prefix) return &rule;
    if (best == nullptr || rule.name.size() > best->name.size()) best = &rule;
  }
  return best;
}

// The intentions of "*" are everybody's: one may read them who may read any, and write them who may
// write all.
bool may_wildcard(const std::vector<AclRule>& rules, Access access, bool by_default) {
  const auto allows = [&](const AclRule& rule) {
    const auto said = says(rule, Resource::intention);
    return said && rank(*said) >= rank(access);
  };
  if (access != Access::write) return by_default || std::ranges::any_of(rules, allows);
  const bool all_do = std::ranges::all_of(
      rules, [&](const AclRule& rule) { return !says(rule, Resource::intention) || allows(rule); });
  const bool covers_all = by_default || std::ranges::any_of(rules, [&](const AclRule& rule) {
                            return rule.is_prefix && rule.name.empty() && allows(rule);
                          });
  return all_do && covers_all;
}

}  // namespace

Acl::Acl(AclOptions options) : options_(std::move(options)) {}

const AclToken* Acl::find(std::string_view token) const {
  const AclToken* found = nullptr;
  // Every one is compared: how long it takes tells nothing.
  for (const AclToken& known : options_.tokens) {
    if (equal_in_constant_time(known.secret.reveal(), token)) found = &known;
  }
  return found;
}

bool Acl::knows(std::string_view token) const {
  return !options_.enabled || token.empty() || find(token) != nullptr;
}

bool Acl::may(std::string_view token, Resource resource, std::string_view name,
              Access access) const {
  if (!options_.enabled) return true;
  const AclToken* const holder = token.empty() ? nullptr : find(token);
  if (!token.empty() && holder == nullptr) return false;
  if (holder != nullptr && holder->management) return true;
  const std::vector<AclRule>& rules = holder != nullptr ? holder->rules : options_.anonymous;
  if (resource == Resource::intention && name == "*") {
    return may_wildcard(rules, access, options_.allow_by_default);
  }
  const AclRule* const rule = pick(rules, resource, name);
  if (rule == nullptr) return options_.allow_by_default;
  return rank(*says(*rule, resource)) >= rank(access);
}

}  // namespace gw::mesh
