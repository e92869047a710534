#include "admin/endpoint.h"

#include <algorithm>
#include <span>
#include <utility>

#include <fmt/format.h>

#include "admin/handlers.h"
#include "base/text.h"

namespace gw::admin {
namespace {

using namespace std::string_view_literals;
using config::EntitySpec;
using config::FieldSpec;
using model::Level;

// Collections whose paths are not simply their names (kong-behaviour.md 8.1).
struct PathRow {
  std::string_view collection;
  std::string_view top;
  std::string_view nested;
};
constexpr std::array kPathRows{
    PathRow{"keyauth_credentials", "key-auths", "key-auth"},
    PathRow{"basicauth_credentials", "basic-auths", "basic-auth"},
    PathRow{"hmacauth_credentials", "hmac-auths", "hmac-auth"},
    PathRow{"jwt_secrets", "jwts", "jwt"},
    PathRow{"oauth2_credentials", "oauth2", "oauth2"},
    PathRow{"key_sets", "key-sets", "key-sets"},
    PathRow{"filter_chains", "filter-chains", "filter-chains"},
    PathRow{"targets", "", "targets"},
    PathRow{"oauth2_authorization_codes", "", ""},
    PathRow{"mtls_auth_credentials", "", ""},
    PathRow{"consumer_groups", "", ""},
    PathRow{"consumer_group_consumers", "", ""},
};

const PathRow* find_row(const EntitySpec& spec) {
  const auto* const at = std::ranges::find(kPathRows, spec.collection, &PathRow::collection);
  return at == kPathRows.end() ? nullptr : at;
}

struct FixedRow {
  std::string_view path;
  Handlers handlers;  // GET, POST, PUT, PATCH, DELETE
  Level since = model::kOldestLevel;
  Level until = model::kNewestLevel;
};
constexpr Level k28{2, 8};
constexpr Level k30{3, 0};
constexpr Handlers only_get(Handler handler) {
  return {handler, nullptr, nullptr, nullptr, nullptr};
}

// Before the entities' rows, so that /plugins/enabled is no plugin's name.
constexpr std::array kFixed{
    FixedRow{"/", only_get(&get_node)},
    FixedRow{"/status", only_get(&get_status)},
    FixedRow{"/status/ready", only_get(&get_ready)},
    FixedRow{"/config", {&get_config, &post_config}},
    FixedRow{"/endpoints", only_get(&get_endpoints)},
    FixedRow{"/plugins/enabled", only_get(&get_enabled_plugins)},
    FixedRow{"/plugins/schema/{name}", only_get(&get_plugin_config_schema)},
    FixedRow{"/schemas/plugins/validate", {nullptr, &validate_entity}},
    FixedRow{"/schemas/plugins/{name}", only_get(&get_plugin_schema)},
    FixedRow{"/schemas/{entity}/validate", {nullptr, &validate_entity}},
    FixedRow{"/schemas/{entity}", only_get(&get_schema)},
    FixedRow{"/tags", only_get(&list_tags)},
    FixedRow{"/tags/{tag}", only_get(&list_tagged)},
    FixedRow{"/upstreams/{upstreams}/health", only_get(&get_health)},
    FixedRow{"/upstreams/{upstreams}/targets/all", only_get(&list_all_targets)},
    FixedRow{"/upstreams/{upstreams}/targets/{targets}/healthy",
             {nullptr, &mark_target},
             model::kOldestLevel,
             k28},
    FixedRow{"/upstreams/{upstreams}/targets/{targets}/unhealthy",
             {nullptr, &mark_target},
             model::kOldestLevel,
             k28},
    FixedRow{
        "/upstreams/{upstreams}/targets/{targets}/healthy", {nullptr, nullptr, &mark_target}, k30},
    FixedRow{"/upstreams/{upstreams}/targets/{targets}/unhealthy",
             {nullptr, nullptr, &mark_target},
             k30},
};

constexpr Handlers kCollection{&list_entities, &create_entity};
constexpr Handlers kEntity{&get_entity, nullptr, &upsert_entity, &update_entity, &delete_entity};
constexpr Handlers kChildren{&list_children, &create_child};
constexpr Handlers kChild{&get_child, nullptr, &upsert_child, &update_child, &delete_child};
// DELETE is listed, and answers 405 (kong-behaviour.md 8.2).
constexpr Handlers kReference{&get_reference, nullptr, &upsert_reference, &update_reference,
                              &refuse_method};

std::vector<std::string> words_of(std::string_view path) {
  std::vector<std::string> words;
  if (path == "/") return words;
  for (const auto word : split(path.substr(1), '/')) {
    words.emplace_back(word.starts_with('{') ? std::string_view{} : word);
  }
  return words;
}

class Builder {
 public:
  explicit Builder(const Level& level) : level_(level) {}

  std::vector<Endpoint> run() {
    for (const FixedRow& row : kFixed) {
      if (row.since <= level_ && level_ <= row.until) add(std::string(row.path), row.handlers);
    }
    for (const EntitySpec& spec : config::entities()) {
      if (spec.at(level_)) add_entity(spec);
    }
    return std::move(out_);
  }

 private:
  Level level_;
  std::vector<Endpoint> out_;

  Endpoint& add(std::string path, const Handlers& handlers) {
    Endpoint endpoint;
    endpoint.words = words_of(path);
    endpoint.path = std::move(path);
    endpoint.handlers = handlers;
    return out_.emplace_back(std::move(endpoint));
  }

  void add_entity(const EntitySpec& spec) {
    const std::string_view top = path_name(spec);
    if (!top.empty()) {
      add(fmt::format("/{}", top), kCollection).spec = &spec;
      add(fmt::format("/{}/{{{}}}", top, spec.collection), kEntity).spec = &spec;
    }
    for (const FieldSpec& field : spec.fields) {
      const EntitySpec* parent = config::find_entity(field.foreign);
      const bool links = parent != nullptr && field.at(level_) && parent->at(level_);
      if (links && !path_name(*parent).empty()) add_link(spec, field, *parent);
    }
  }

  void add_link(const EntitySpec& spec, const FieldSpec& field, const EntitySpec& parent) {
    const auto add_below = [&](std::string path, Handlers handlers, const EntitySpec& shown,
                               const EntitySpec& above) {
      Endpoint& endpoint = add(std::move(path), handlers);
      endpoint.spec = &shown;
      endpoint.parent = &above;
      endpoint.link = &field;
    };
    const std::string above = fmt::format("/{}/{{{}}}", path_name(parent), parent.collection);
    if (const std::string_view name = nested_name(spec); !name.empty()) {
      add_below(fmt::format("{}/{}", above, name), kChildren, spec, parent);
      Handlers child = kChild;
      const bool no_patch = spec.collection == "targets" && level_ < k28;
      if (no_patch) child[static_cast<std::size_t>(Verb::patch)] = nullptr;
      add_below(fmt::format("{}/{}/{{{}}}", above, name, spec.collection), child, spec, parent);
    }
    if (path_name(spec).empty() || spec.collection == "snis") return;
    add_below(fmt::format("/{}/{{{}}}/{}", path_name(spec), spec.collection, field.name),
              kReference, parent, spec);
  }
};

bool fits(const Endpoint& endpoint, std::span<const std::string_view> segments) {
  if (endpoint.words.size() != segments.size()) return false;
  for (std::size_t i = 0; i < segments.size(); ++i) {
    const std::string& word = endpoint.words[i];
    if (word.empty() ? segments[i].empty() : word != segments[i]) return false;
  }
  return true;
}

}  // namespace

std::string_view path_name(const EntitySpec& spec) {
  const PathRow* row = find_row(spec);
  return row == nullptr ? spec.collection : row->top;
}

std::string_view nested_name(const EntitySpec& spec) {
  const PathRow* row = find_row(spec);
  return row == nullptr ? spec.collection : row->nested;
}

Handler Endpoint::handler(std::string_view method) const {
  if (method == "HEAD") method = "GET";
  const auto* const at = std::ranges::find(kVerbNames, method);
  if (at == kVerbNames.end()) return nullptr;
  return handlers.at(static_cast<std::size_t>(at - kVerbNames.begin()));
}

std::string Endpoint::allow() const {
  std::vector<std::string> verbs{"OPTIONS"};
  for (std::size_t i = 0; i < kVerbCount; ++i) {
    if (handlers.at(i) != nullptr) verbs.emplace_back(kVerbNames.at(i));
  }
  if (handlers.front() != nullptr) verbs.emplace_back("HEAD");
  std::ranges::sort(verbs);
  return join(verbs, ", ");
}

std::vector<Endpoint> endpoints_of(const Level& level) {
  return Builder(level).run();
}

std::optional<Match> match(const std::vector<Endpoint>& endpoints, std::string_view path) {
  if (!path.starts_with('/')) return std::nullopt;
  path.remove_prefix(1);
  if (path.ends_with('/')) path.remove_suffix(1);
  const std::vector<std::string_view> segments =
      path.empty() ? std::vector<std::string_view>{} : split(path, '/');
  for (const Endpoint& endpoint : endpoints) {
    if (!fits(endpoint, segments)) continue;
    Match found{.endpoint = &endpoint, .names = {}};
    for (std::size_t i = 0; i < segments.size(); ++i) {
      if (endpoint.words[i].empty()) found.names.push_back(decode_url(segments[i]));
    }
    return found;
  }
  return std::nullopt;
}

}  // namespace gw::admin
