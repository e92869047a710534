// consumer-rate-limiting: the published code accepts much that has no effect; that is pointed out
// (kong-behaviour.md 2.1, 2.2).
#include <algorithm>
#include <array>
#include <set>
#include <string>
#include <string_view>

#include <fmt/format.h>

#include "base/text.h"
#include "config/check_entity.h"
#include "config/check_plugin.h"
#include "config/findings.h"

namespace gw::config {
namespace {

using namespace std::string_view_literals;
constexpr std::array kLists{"service"sv, "route"sv};

void lint(CheckContext& ctx, const Node& where, std::string path, std::string message) {
  ctx.report({.code = code::kConsumerLimits,
              .where = where.where,
              .path = std::move(path),
              .message = std::move(message)});
}

void lint_entry(CheckContext& ctx, const Node& entry, const std::string& path) {
  if (!has_limit(entry)) {
    lint(ctx, entry, path, "the entry has no limit and limits nothing");
  } else if (const auto inversion = find_inversion(entry)) {
    lint(ctx, *inversion->longer, path, inversion->message + "; the plugin does not check this");
  }
  const Node* name = present(entry, "name");
  if (name == nullptr || !name->is(Kind::string)) return;
  if (lower(name->text) != name->text) {
    lint(ctx, *name, path + ".name",
         fmt::format("\"{}\" is compared in lower case with names as they are: one with a capital "
                     "letter never matches",
                     printable(name->text)));
  }
}

void lint_list(CheckContext& ctx, const Node& list, const std::string& path) {
  std::set<std::string> names;
  for (std::size_t i = 0; i < list.items.size(); ++i) {
    const Node& entry = list.items[i];
    const std::string at = fmt::format("{}[{}]", path, i);
    lint_entry(ctx, entry, at);
    const Node* name = present(entry, "name");
    if (name == nullptr || names.insert(lower(name->text)).second) continue;
    lint(ctx, *name, at + ".name",
         fmt::format("\"{}\" stands twice; the last entry wins", printable(name->text)));
  }
}

}  // namespace

void check_consumer_rate_limiting(CheckContext& ctx, const Node& plugin, const PathStep& at,
                                  bool sound) {
  static const Node empty = make_mapping();
  const Node* given = present(plugin, "config");
  const Node& config = given == nullptr ? empty : *given;
  const PathStep config_at{.up = &at, .key = "config"};
  const bool none = std::ranges::all_of(
      kLists, [&](std::string_view list) { return present(config, list) == nullptr; });
  if (none) {
    ctx.report({.code = code::kNoneOf,
                .where = given == nullptr ? start_of(plugin) : start_of(config),
                .path = to_text(at),
                .message = "at least one of these fields must be non-empty: 'config.service', "
                           "'config.route'"});
  } else if (present(config, "service") == nullptr) {
    lint(ctx, *given, to_text(config_at),
         "the published plugin refuses a config without a service list: \"service: []\" helps");
  }
  check_redis(ctx, config, config_at, false);
  if (!sound) return;
  for (const std::string_view name : kLists) {
    const Node* list = present(config, name);
    if (list == nullptr) continue;
    lint_list(ctx, *list, to_text(PathStep{.up = &config_at, .key = name}));
  }
}

}  // namespace gw::config
