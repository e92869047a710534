#include "config/lint.h"

#include <algorithm>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "base/text.h"
#include "config/check_plugin.h"
#include "config/findings.h"
#include "config/schema.h"

namespace gw::config {
namespace {

const PluginSpec* spec_of(const Entity& plugin) {
  return find_plugin(text_of(*plugin.node, "name"));
}

bool authenticates(const Entity* plugin) {
  const PluginSpec* spec = spec_of(*plugin);
  return spec != nullptr && spec->authenticates && is_enabled(*plugin->node);
}

void lint_consumer_scope(CheckContext& ctx, const Inventory& inventory, const Links& links) {
  const auto plugins = inventory.of("plugins");
  if (std::ranges::any_of(plugins, authenticates)) return;
  for (const Entity* plugin : plugins) {
    if (links.target(*plugin, "consumer") == nullptr || !is_enabled(*plugin->node)) continue;
    ctx.report({.code = code::kNeverApplies,
                .where = start_of(*plugin->node),
                .path = path_of(*plugin),
                .message = "scoped to a consumer, but no plugin of this config authenticates "
                           "consumers: it never applies"});
  }
}

void lint_anonymous(CheckContext& ctx, const Entity& plugin, const Links& links) {
  const Node* config = present(*plugin.node, "config");
  const Node* anonymous = config == nullptr ? nullptr : present(*config, "anonymous");
  if (anonymous == nullptr || !anonymous->is(Kind::string) || anonymous->text.empty()) return;
  if (links.find("consumers", anonymous->text) != nullptr) return;
  ctx.report({.code = code::kUnknownAnonymous,
              .where = anonymous->where,
              .path = path_of(plugin) + ".config.anonymous",
              .message = fmt::format("there is no consumer '{}': requests without a good key are "
                                     "answered with 500",
                                     printable(anonymous->text))});
}

void lint_entry_names(CheckContext& ctx, const Entity& plugin, const Node& config,
                      std::string_view list, std::string_view collection, const Links& links) {
  const Node* entries = present(config, list);
  if (entries == nullptr) return;
  for (std::size_t i = 0; i < entries->items.size(); ++i) {
    const Node* name = present(entries->items[i], "name");
    if (name == nullptr || !name->is(Kind::string)) continue;
    const Entity* found = links.find(collection, name->text);
    if (found != nullptr || links.find(collection, lower(name->text)) != nullptr) continue;
    ctx.report({.code = code::kConsumerLimits,
                .where = name->where,
                .path = fmt::format("{}.config.{}[{}].name", path_of(plugin), list, i),
                .message = fmt::format("no {} is named '{}': the entry never applies", list,
                                       printable(name->text))});
  }
}

void lint_consumer_limits(CheckContext& ctx, const Entity& plugin, const Links& links) {
  if (links.target(plugin, "consumer") == nullptr) {
    ctx.report(
        {.code = code::kConsumerLimits,
         .where = start_of(*plugin.node),
         .path = path_of(plugin),
         .message = "meant for one consumer: without a consumer it counts by whoever calls"});
  }
  const Node* config = present(*plugin.node, "config");
  if (config == nullptr) return;
  lint_entry_names(ctx, plugin, *config, "service", "services", links);
  lint_entry_names(ctx, plugin, *config, "route", "routes", links);
}

void lint_trust(CheckContext& ctx, const Entity& service, const Links& links) {
  const Node* list = present(*service.node, "ca_certificates");
  if (list == nullptr) return;
  for (std::size_t i = 0; i < list->items.size(); ++i) {
    const Node& id = list->items[i];
    if (!id.is(Kind::string) || links.find("ca_certificates", id.text) != nullptr) continue;
    ctx.report(
        {.code = code::kBadReference,
         .where = id.where,
         .path = fmt::format("{}.ca_certificates[{}]", path_of(service), i),
         .message = fmt::format("there is no CA certificate with id '{}'", printable(id.text))},
        Severity::warning);
  }
}

}  // namespace

void lint(CheckContext& ctx, const Inventory& inventory, const Links& links) {
  lint_consumer_scope(ctx, inventory, links);
  for (const Entity* plugin : inventory.of("plugins")) {
    const std::string_view name = text_of(*plugin->node, "name");
    if (name == "key-auth") lint_anonymous(ctx, *plugin, links);
    if (name == "consumer-rate-limiting") lint_consumer_limits(ctx, *plugin, links);
  }
  for (const Entity* service : inventory.of("services")) lint_trust(ctx, *service, links);
}

}  // namespace gw::config
