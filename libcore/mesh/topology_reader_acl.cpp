// The tokens of a topology, and what they may do.
#include <algorithm>
#include <array>
#include <utility>

#include <fmt/format.h>
#include <fmt/ranges.h>

#include "base/text.h"
#include "mesh/topology_reader.h"

namespace gw::mesh {
namespace {

using config::Fault;
using config::Key;
using config::Kind;
using config::Place;
using config::Reader;
using config::Word;

using Rules = std::vector<TopologyAcl::Rule>;

constexpr std::size_t kMaxTokens = 256;
constexpr std::size_t kMaxRules = 256;  // of one token
constexpr std::string_view kPrefix = "_prefix";

constexpr std::array<std::string_view, 4> kAccess{"read", "write", "list", "deny"};

// As Consul's policies have them; a named one speaks of things by name or prefix.
struct ResourceRow {
  std::string_view name;
  bool is_named = true;
};
constexpr std::array kResources{
    ResourceRow{"agent"},   ResourceRow{"key"},     ResourceRow{"node"},
    ResourceRow{"service"}, ResourceRow{"session"}, ResourceRow{"operator", false},
};

std::vector<std::string_view> resource_names() {
  static const std::vector<std::string> prefixed = [] {
    std::vector<std::string> out;
    for (const ResourceRow& row : kResources) {
      if (row.is_named) out.push_back(std::string(row.name).append(kPrefix));
    }
    return out;
  }();
  std::vector<std::string_view> out;
  out.reserve(kResources.size() + prefixed.size());
  for (const ResourceRow& row : kResources) out.push_back(row.name);
  out.insert(out.end(), prefixed.begin(), prefixed.end());
  return out;
}

std::string read_access(Reader& reader, const Place& at, bool is_key) {
  const auto index = config::read_word(reader, at, kAccess);
  if (!index) return {};
  const std::string_view access = kAccess[*index];
  if (access == "list" && !is_key) {
    reader.report(Fault::bad_value, at, "only keys are listed", "read, write or deny");
  }
  return std::string(access);
}

constexpr std::array<Key<TopologyAcl::Rule>, 2> kServiceRuleKeys{{
    {"policy",
     [](Reader& r, const Place& at, TopologyAcl::Rule& out) {
       out.access = read_access(r, at, false);
     },
     true},
    {"intentions", [](Reader& r, const Place& at,
                      TopologyAcl::Rule& out) { out.intentions = read_access(r, at, false); }},
}};

void read_rule(Reader& reader, const Place& at, TopologyAcl::Rule rule, Rules& out) {
  if (rule.resource == "service" && at.node.is(Kind::mapping)) {
    config::read_keys(reader, at, kServiceRuleKeys, "a service's rule", rule);
  } else {
    rule.access = read_access(reader, at, rule.resource == "key");
  }
  out.push_back(std::move(rule));
}

// Rules of one resource: {web: write}, of a prefix {"": read}; `operator: write` has no names.
void read_resource(Reader& reader, const Place& at, std::string_view name, Rules& out) {
  const bool is_prefix = name.ends_with(kPrefix);
  if (is_prefix) name.remove_suffix(kPrefix.size());
  const auto* row = std::ranges::find(kResources, name, &ResourceRow::name);
  TopologyAcl::Rule rule{.resource = std::string(name),
                         .name = {},
                         .is_prefix = is_prefix || !row->is_named,
                         .access = {},
                         .intentions = {}};
  if (!row->is_named) return read_rule(reader, at, std::move(rule), out);
  if (!config::is_mapping(reader, at)) return;
  for (const config::Member& member : at.node.members) {
    rule.name = member.key;
    read_rule(reader, at.member(member), rule, out);
  }
}

Rules read_rules(Reader& reader, const Place& at) {
  Rules out;
  if (!config::is_mapping(reader, at)) return out;
  const auto names = resource_names();
  config::check_names(reader, at, names, "the rules of a token");
  for (const config::Member& member : at.node.members) {
    if (std::ranges::find(names, member.key) == names.end()) continue;
    read_resource(reader, at.member(member), member.key, out);
  }
  if (out.size() > kMaxRules) {
    reader.report(Fault::out_of_range, at, fmt::format("{} rules", out.size()),
                  fmt::format("at most {}", kMaxRules));
  }
  return out;
}

constexpr std::array<Key<TopologyAcl::Token>, 3> kTokenKeys{{
    {"secret",
     [](Reader& r, const Place& at, TopologyAcl::Token& out) {
       out.secret = config::read_name(r, at).value_or("");
     },
     true},
    {"management",
     [](Reader& r, const Place& at, TopologyAcl::Token& out) {
       out.management = config::read_flag(r, at).value_or(false);
     }},
    {"rules",
     [](Reader& r, const Place& at, TopologyAcl::Token& out) {
       out.rules = read_rules(r, at);
       if (!out.management) return;
       r.report(Fault::conflict, at, "a management token may do everything",
                "\"management\" without \"rules\"");
     }},
}};

// The secret itself is in no message.
void read_tokens(Reader& reader, const Place& at, TopologyAcl& out) {
  if (!at.node.is(Kind::sequence)) return reader.wrong_type(at, "a list");
  if (at.node.items.size() > kMaxTokens) {
    return reader.report(Fault::out_of_range, at, fmt::format("{} tokens", at.node.items.size()),
                         fmt::format("at most {}", kMaxTokens));
  }
  for (std::size_t i = 0; i < at.node.items.size(); ++i) {
    const Place item = at.item(i);
    TopologyAcl::Token token;
    config::read_keys(reader, item, kTokenKeys, "a token", token);
    const auto same = std::ranges::find(out.tokens, token.secret, &TopologyAcl::Token::secret);
    if (same != out.tokens.end() && !token.secret.empty()) {
      reader.report(Fault::conflict, item, "another token has this secret", "a secret of its own");
    }
    out.tokens.push_back(std::move(token));
  }
}

constexpr std::array kDefaults{Word<bool>{"allow", true}, Word<bool>{"deny", false}};
constexpr std::array<Key<TopologyAcl>, 3> kAclKeys{{
    {"default",
     [](Reader& r, const Place& at, TopologyAcl& out) {
       out.allow_by_default = config::read_choice(r, at, kDefaults).value_or(true);
     }},
    {"tokens", read_tokens},
    {"anonymous",
     [](Reader& r, const Place& at, TopologyAcl& out) { out.anonymous = read_rules(r, at); }},
}};

}  // namespace

void read_acl(Reader& reader, const Place& at, Topology& out) {
  out.acl.enabled = true;
  config::read_keys(reader, at, kAclKeys, "\"acl\"", out.acl);
}

}  // namespace gw::mesh
