#include "config/check_plugin.h"

#include <algorithm>
#include <array>
#include <string>
#include <string_view>
#include <vector>

#include <fmt/format.h>

#include "base/text.h"
#include "config/check_value.h"
#include "config/findings.h"

namespace gw::config {
namespace {

void report_unknown_plugin(CheckContext& ctx, const Node& name, const PathStep& at) {
  std::vector<std::string_view> names;
  for (const PluginSpec& spec : plugins()) {
    if (spec.at(ctx.level())) names.push_back(spec.name);
  }
  const PluginSpec* elsewhere = find_plugin(name.text);
  std::string suggestion =
      elsewhere != nullptr
          ? fmt::format("Kong bundles it from {} on (--compat)", elsewhere->since.str())
          : std::string(nearest(name.text, names));
  ctx.report(
      {.code = code::kUnknownPlugin,
       .where = name.where,
       .path = to_text(PathStep{.up = &at, .key = "name"}),
       .message = fmt::format(
           "plugin '{}' not enabled; add it to the 'plugins' configuration property", name.text),
       .suggestion = std::move(suggestion)});
}

void report_not_run(CheckContext& ctx, const LoadOptions& options, const PluginSpec& spec,
                    const Node& name, const PathStep& at) {
  const std::string path = to_text(PathStep{.up = &at, .key = "name"});
  if (!spec.guards_access) {
    ctx.report({.code = code::kPluginNotRun,
                .where = name.where,
                .path = path,
                .message = fmt::format("plugin '{}' is read and not run", spec.name)});
    return;
  }
  const bool allowed = options.allow_unsupported.contains(std::string(spec.name));
  const bool refuse = options.refuse_unsupported_guards && !allowed;
  ctx.report({.code = code::kGuardNotRun,
              .where = name.where,
              .path = path,
              .message = fmt::format("plugin '{}' guards access and is not run here: requests "
                                     "that it would refuse get through",
                                     spec.name),
              .suggestion =
                  allowed ? std::string{}
                          : fmt::format("--allow-unsupported-plugins {} accepts that", spec.name)},
             refuse ? Severity::error : Severity::warning);
}

using Check = void (*)(CheckContext&, const Node&, const PathStep&, bool);
struct Row {
  std::string_view plugin;
  Check check;
};
constexpr std::array kChecks{
    Row{"acl", check_acl},
    Row{"rate-limiting", check_rate_limiting},
    Row{"consumer-rate-limiting", check_consumer_rate_limiting},
};

void check_config(CheckContext& ctx, const PluginSpec& spec, const Node& node, const PathStep& at) {
  static const Node empty = make_mapping();
  const Node* config = present(node, "config");
  if (config == nullptr || !is_record(*config)) config = &empty;
  const std::size_t errors = ctx.errors();
  const PathStep config_at{.up = &at, .key = "config"};
  if (spec.config_known) check_record(ctx, spec.config, false, *config, config_at);
  const auto* const row = std::ranges::find(kChecks, spec.name, &Row::plugin);
  if (row != kChecks.end()) row->check(ctx, node, at, ctx.errors() == errors);
}

void check_scope(CheckContext& ctx, const PluginSpec& spec, const Entity& entity,
                 const PathStep& at) {
  if (spec.consumer_scope) return;
  const bool nested = entity.parent != nullptr && entity.parent->spec->collection == "consumers";
  const Node* consumer = present(*entity.node, nested ? "name" : "consumer");
  if (consumer == nullptr) return;
  ctx.report({.code = code::kScope,
              .where = consumer->where,
              .path = to_text(PathStep{.up = &at, .key = "consumer"}),
              .message = "value must be null",
              .expected = fmt::format("{} for a service, for a route, or for all", spec.name)});
}

}  // namespace

bool is_enabled(const Node& plugin) {
  const Node* enabled = present(plugin, "enabled");
  return enabled == nullptr || !enabled->is(Kind::boolean) || enabled->boolean;
}

void check_plugin(CheckContext& ctx, const LoadOptions& options, const Entity& entity,
                  const PathStep& at) {
  const Node& node = *entity.node;
  const Node* name = present(node, "name");
  if (name == nullptr || !name->is(Kind::string)) return;
  const PluginSpec* spec = find_plugin(name->text);
  if (spec == nullptr || !spec->at(ctx.level())) {
    report_unknown_plugin(ctx, *name, at);
    return;
  }
  if (!spec->runs && is_enabled(node)) report_not_run(ctx, options, *spec, *name, at);
  check_scope(ctx, *spec, entity, at);
  check_config(ctx, *spec, node, at);
}

void check_acl(CheckContext& ctx, const Node& plugin, const PathStep& at, bool /*sound*/) {
  const Node* config = present(plugin, "config");
  const bool old = ctx.before(2, 1);
  const std::string_view allow = old ? "whitelist" : "allow";
  const std::string_view deny = old ? "blacklist" : "deny";
  const auto has = [&](std::string_view field, std::string_view old_spelling) {
    return config != nullptr &&
           (present(*config, field) != nullptr || present(*config, old_spelling) != nullptr);
  };
  const bool allows = has(allow, "whitelist");
  const bool denies = has(deny, "blacklist");
  if (allows != denies) return;
  const std::string_view one = old ? "only one" : "exactly one";
  const auto report = [&](std::string_view what) {
    ctx.report({.code = code::kNoneOf,
                .where = start_of(plugin),
                .path = to_text(at),
                .message = fmt::format("{} of these fields must be non-empty: 'config.{}', "
                                       "'config.{}'",
                                       what, allow, deny)});
  };
  report(one);
  if (!allows) report("at least one");
}

}  // namespace gw::config
