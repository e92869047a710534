#include "config/kubernetes_plugins.h"

#include <optional>
#include <set>
#include <span>
#include <string_view>
#include <utility>

#include <fmt/format.h>

#include "base/digest.h"
#include "base/text.h"
#include "config/check_context.h"
#include "config/inventory.h"
#include "config/kubernetes_annotations.h"
#include "config/kubernetes_plugin_entity.h"
#include "config/kubernetes_report.h"
#include "config/validate.h"

namespace gw::config::kube {

namespace {

// "name", or from level 3.0 "namespace:name".
std::pair<std::string, std::string> split_reference(const Context& ctx, const Object& object,
                                                    std::string_view text) {
  const auto colon = text.find(':');
  if (!is_modern(ctx) || colon == std::string_view::npos) {
    return {object.name_space, std::string{text}};
  }
  return {std::string{text.substr(0, colon)}, std::string{text.substr(colon + 1)}};
}

const Object* find_plugin(const Context& ctx, std::string_view name_space, std::string_view name) {
  const Object* own = ctx.objects.find("KongPlugin", name_space, name);
  return own != nullptr ? own : ctx.objects.find("KongClusterPlugin", "", name);
}

void report_missing(Context& ctx, std::string_view name_space, std::string_view name, Span where) {
  auto near = ctx.objects.nearest_name("KongPlugin", name_space, name);
  if (near.empty()) near = ctx.objects.nearest_name("KongClusterPlugin", "", name);
  error(ctx.diagnostics,
        {.code = kMissingObject,
         .where = where,
         .path = "metadata.annotations",
         .message = fmt::format("referenced KongPlugin or KongClusterPlugin \"{}\" does not exist",
                                printable(name)),
         .expected = fmt::format("a KongPlugin in name space {}, or a KongClusterPlugin",
                                 printable(name_space)),
         .suggestion = std::move(near)});
}

PluginUse& use_of(Context& ctx, const std::string& name_space, const std::string& name) {
  const auto [entry, is_new] =
      ctx.use_index.emplace(std::pair{name_space, name}, ctx.plugin_uses.size());
  if (is_new) ctx.plugin_uses.emplace_back();
  return ctx.plugin_uses[entry->second];
}

std::vector<Node>& holders(PluginUse& use, Holder holder) {
  if (holder == Holder::route) return use.routes;
  return holder == Holder::service ? use.services : use.consumers;
}

struct Scope {
  const Node* route = nullptr;
  const Node* service = nullptr;
  const Node* consumer = nullptr;
};

// Routes and services are not combined with each other; consumers are, with both.
std::vector<Scope> scopes_of(const PluginUse& use) {
  std::vector<Scope> out;
  const bool bound = !use.routes.empty() || !use.services.empty();
  std::vector<const Node*> consumers;
  consumers.reserve(use.consumers.size() + 1);
  for (const Node& consumer : use.consumers) consumers.push_back(&consumer);
  if (consumers.empty()) consumers.push_back(nullptr);
  for (const Node* consumer : consumers) {
    for (const Node& route : use.routes) out.push_back({.route = &route, .consumer = consumer});
    for (const Node& service : use.services) {
      out.push_back({.service = &service, .consumer = consumer});
    }
    if (!bound && consumer != nullptr) out.push_back({.consumer = consumer});
  }
  return out;
}

std::size_t instances(const PluginUse& use) {
  const auto bound = use.routes.size() + use.services.size();
  if (use.consumers.empty()) return bound;
  return use.consumers.size() * (bound == 0 ? 1 : bound);
}

// Kong wants instance names to be unique, so each instance of several gets its own.
void make_unique(const Scope& scope, Node& plugin) {
  Node* name = plugin.find("instance_name");
  if (name == nullptr || !name->is(Kind::string)) return;
  std::string identity;
  for (const Node* part : {scope.route, scope.service, scope.consumer}) {
    identity += (part == nullptr ? "" : part->text) + "\n";
  }
  name->text += "-" + to_hex(sha256(identity)).substr(0, 9);
}

void bind(const Scope& scope, Node& plugin) {
  if (scope.route != nullptr) set(plugin, "route", *scope.route);
  if (scope.service != nullptr) set(plugin, "service", *scope.service);
  if (scope.consumer != nullptr) set(plugin, "consumer", *scope.consumer);
}

void add_instances(Context& ctx, const PluginUse& use, const Node& entity) {
  if (ctx.plugins.items.size() + instances(use) > kMaxPluginInstances) {
    error(ctx.diagnostics,
          {.code = kTooMany,
           .where = use.plugin->where,
           .path = {},
           .message = fmt::format("{} would make {} more plugins: more than {} in all",
                                  use.plugin->label(), instances(use), kMaxPluginInstances),
           .expected = "fewer consumers, routes and services that name it"});
    return;
  }
  const auto scopes = scopes_of(use);
  for (const Scope& scope : scopes) {
    Node plugin = entity;
    bind(scope, plugin);
    if (scopes.size() > 1) make_unique(scope, plugin);
    ctx.plugins.items.push_back(std::move(plugin));
  }
}

bool is_global(const Object& plugin) {
  return text_at(plugin.root, {"metadata", "labels", "global"}) == "true";
}

void add_global(Context& ctx) {
  for (const Object* plugin : ctx.objects.all("KongClusterPlugin")) {
    if (!is_global(*plugin)) continue;
    ctx.used.insert(plugin);
    if (!is_taken(*plugin, !is_modern(ctx))) {
      warning(ctx.diagnostics,
              {.code = kWithoutEffect,
               .where = plugin->where,
               .path = "metadata.annotations",
               .message = fmt::format(
                   "{} is global but not of ingress class kong: it has no effect", plugin->label()),
               .expected = "annotation kubernetes.io/ingress.class: kong"});
      continue;
    }
    if (auto entity = plugin_entity(ctx, *plugin)) ctx.plugins.items.push_back(std::move(*entity));
  }
}

// What nothing names reaches no config, and its mistakes are to be found all the same.
void check_unused(Context& ctx, const Object& plugin) {
  auto entity = plugin_entity(ctx, plugin);
  if (!entity) return;
  Node document = make_mapping({}, plugin.where);
  set(document, "_format_version", format_version(ctx.level, plugin.where));
  set(document, "plugins", make_sequence({std::move(*entity)}, plugin.where));
  CheckContext check(ctx.level, ctx.diagnostics);
  Inventory inventory;
  validate_document(check, LoadOptions{}, document, 0, inventory);
}

void report_unused(Context& ctx, std::string_view kind, std::string_view by) {
  for (const Object* object : ctx.objects.all(kind)) {
    if (ctx.used.contains(object)) continue;
    if (kind.ends_with("Plugin")) check_unused(ctx, *object);
    note(ctx.diagnostics,
         {.code = kWithoutEffect,
          .where = object->where,
          .path = {},
          .message = fmt::format("nothing refers to {}: it has no effect", object->label()),
          .expected = std::string{by}});
  }
}

}  // namespace

void use_plugins(Context& ctx, const Object& object, Holder holder, const std::string& name) {
  const Node* names = annotation(object, "plugins", ctx.level);
  if (names == nullptr) return;
  std::set<std::string_view> seen;
  for (const auto reference : split_list(names->text)) {
    if (!seen.insert(reference).second) continue;
    const auto [name_space, plugin_name] = split_reference(ctx, object, reference);
    const Object* plugin = find_plugin(ctx, name_space, plugin_name);
    if (plugin == nullptr) {
      report_missing(ctx, name_space, plugin_name, names->where);
      continue;
    }
    ctx.used.insert(plugin);
    PluginUse& use = use_of(ctx, name_space, plugin_name);
    use.plugin = plugin;
    holders(use, holder).push_back(make_string(name, names->where));
  }
}

void add_rewrite(Context& ctx, const Object& ingress, const std::string& route) {
  const Node* rewrite = annotation(ingress, "rewrite", ctx.level);
  if (rewrite == nullptr || !rewrite->text.starts_with('/')) return;
  std::string uri;
  const std::string_view text = rewrite->text;
  for (std::size_t i = 0; i < text.size(); ++i) {
    if (text[i] == '$' && i + 1 < text.size() && is_digit(text[i + 1])) {
      uri += fmt::format("$(uri_captures[{}])", text[++i]);
    } else {
      uri += text[i];
    }
  }
  const Span where = rewrite->where;
  Node replace = make_mapping({}, where);
  set(replace, "uri", make_string(std::move(uri), where));
  Node config = make_mapping({}, where);
  set(config, "replace", std::move(replace));
  Node plugin = make_mapping({}, where);
  set(plugin, "name", make_string("request-transformer", where));
  set(plugin, "route", make_string(route, where));
  set(plugin, "config", std::move(config));
  ctx.plugins.items.push_back(std::move(plugin));
}

void add_plugins(Context& ctx) {
  std::map<const Object*, std::optional<Node>> entities;
  for (const PluginUse& use : ctx.plugin_uses) {
    auto entity = entities.find(use.plugin);
    if (entity == entities.end()) {
      entity = entities.emplace(use.plugin, plugin_entity(ctx, *use.plugin)).first;
    }
    if (entity->second) add_instances(ctx, use, *entity->second);
  }
  add_global(ctx);
  report_unused(ctx, "KongPlugin", "its name in a konghq.com/plugins annotation");
  report_unused(ctx, "KongClusterPlugin",
                "its name in a konghq.com/plugins annotation, or label global: \"true\"");
  report_unused(ctx, "KongIngress", "its name in a konghq.com/override annotation");
}

}  // namespace gw::config::kube
