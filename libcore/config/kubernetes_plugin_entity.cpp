#include "config/kubernetes_plugin_entity.h"

#include <string>
#include <string_view>
#include <utility>
#include <vector>

#include <fmt/format.h>

#include "base/text.h"
#include "config/kubernetes_report.h"
#include "config/kubernetes_secrets.h"
#include "config/reader.h"

namespace gw::config::kube {

namespace {

// What was read out of a Secret has no lines of its own in the manifest.
void place_all(Node& node, Span where) {
  node.where = where;
  for (Node& item : node.items) place_all(item, where);
  for (Member& member : node.members) {
    member.key_where = where;
    place_all(member.value, where);
  }
}

// A Secret's value as the YAML or JSON it holds; findings are placed at the value.
std::optional<Node> parse_value(Context& ctx, const Object& secret, const Node& value) {
  Sources sources;
  Diagnostics found;
  auto documents = read_documents(sources, sources.add(secret.label(), value.text), found);
  for (const Diagnostic& one : found.all()) {
    report(ctx.diagnostics, one.severity,
           {.code = one.code,
            .where = value.where,
            .path = "configFrom",
            .message = fmt::format("line {} of this value: {}", one.where.line, one.message),
            .expected = one.expected,
            .suggestion = one.suggestion});
  }
  if (found.errors() > 0) return std::nullopt;
  if (documents.size() != 1 || !documents.front().is(Kind::mapping)) {
    error(ctx.diagnostics, {.code = kBadSecret,
                            .where = value.where,
                            .path = "configFrom",
                            .message = "a plugin's config has to be one mapping",
                            .expected = "YAML or JSON with the fields of the plugin's config"});
    return std::nullopt;
  }
  place_all(documents.front(), value.where);
  return std::move(documents.front());
}

std::optional<Node> config_from(Context& ctx, const Object& plugin, const Node& source) {
  const Node* reference = at(source, {"secretKeyRef"});
  const Node* name = reference == nullptr ? nullptr : reference->find("name");
  const Node* key = reference == nullptr ? nullptr : reference->find("key");
  const bool complete =
      name != nullptr && name->is(Kind::string) && key != nullptr && key->is(Kind::string);
  // A cluster-wide plugin has no name space of its own, so it must say the Secret's.
  const auto other = reference == nullptr ? std::string_view{} : text_at(*reference, {"namespace"});
  const std::string name_space{plugin.name_space.empty() ? other
                                                         : std::string_view{plugin.name_space}};
  if (!complete || name_space.empty()) {
    error(ctx.diagnostics,
          {.code = kMalformed,
           .where = source.where,
           .path = "configFrom.secretKeyRef",
           .message =
               fmt::format("configFrom of {} does not name a Secret and a key", plugin.label()),
           .expected = plugin.name_space.empty() ? "secretKeyRef: {namespace, name, key}"
                                                 : "secretKeyRef: {name, key}"});
    return std::nullopt;
  }
  const Object* secret = ctx.objects.need("Secret", name_space, *name, ctx.diagnostics);
  if (secret == nullptr) return std::nullopt;
  const auto value = need_secret_value(ctx, *secret, key->text, key->where);
  if (!value) return std::nullopt;
  return parse_value(ctx, *secret, *value);
}

// False after an error; without a config nothing is set, and Kong's defaults hold.
bool set_config(Context& ctx, const Object& plugin, Node& entity) {
  const Member* config = plugin.root.member("config");
  const Member* from = plugin.root.member("configFrom");
  if (config != nullptr && from != nullptr) {
    ctx.diagnostics.add(
        Diagnostic{.code = kMalformed,
                   .severity = Severity::error,
                   .where = from->key_where,
                   .path = "configFrom",
                   .message = fmt::format("{} has both config and configFrom", plugin.label()),
                   .expected = "only one of the two",
                   .suggestion = {},
                   .related = {{config->key_where, "config"}}});
    return false;
  }
  if (config != nullptr) {
    set(entity, "config", config->value);
    entity.members.back().key_where = config->key_where;
  }
  if (from == nullptr) return true;
  auto read = config_from(ctx, plugin, from->value);
  if (!read) return false;
  set(entity, "config", std::move(*read));
  return true;
}

void report_left_out(Context& ctx, const Object& plugin) {
  if (const Member* patches = plugin.root.member("configPatches")) {
    error(ctx.diagnostics, {.code = kUnsupported,
                            .where = patches->key_where,
                            .path = "configPatches",
                            .message = "configPatches is not supported here",
                            .expected = "the values in config, or all of it in configFrom"});
  }
  if (const Member* ordering = plugin.root.member("ordering")) {
    warning(ctx.diagnostics, {.code = kUnsupported,
                              .where = ordering->key_where,
                              .path = "ordering",
                              .message = "ordering is Kong Enterprise's and has no effect"});
  }
}

}  // namespace

std::optional<Node> plugin_entity(Context& ctx, const Object& plugin) {
  report_left_out(ctx, plugin);
  const Node* name = typed_at(plugin.root, {"plugin"}, Kind::string, ctx.diagnostics);
  if (name == nullptr) {
    if (plugin.root.find("plugin") != nullptr) return std::nullopt;
    error(ctx.diagnostics,
          {.code = kMalformed,
           .where = plugin.where,
           .path = "plugin",
           .message = fmt::format("{} does not say which plugin it is", plugin.label()),
           .expected = "plugin: NAME, such as rate-limiting"});
    return std::nullopt;
  }
  Node entity = make_mapping({}, plugin.where);
  set(entity, "name", *name);
  if (!set_config(ctx, plugin, entity)) return std::nullopt;
  const Node* disabled = typed_at(plugin.root, {"disabled"}, Kind::boolean, ctx.diagnostics);
  if (disabled != nullptr)
    set(entity, "enabled", make_boolean(!disabled->boolean, disabled->where));
  for (const std::string_view field : {"protocols", "instance_name"}) {
    if (const Node* value = plugin.root.find(field)) set(entity, std::string{field}, *value);
  }
  set_tags(ctx, plugin, entity);
  return entity;
}

}  // namespace gw::config::kube
